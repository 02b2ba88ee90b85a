import assert from "node:assert/strict";
import { test } from "node:test";
import { vcardText } from "../src/vcard.ts";

const NOBODY = { name: "", organization: "", emails: [], numbers: [] };

function linesOf(text: string): readonly string[] {
  return text.split("\r\n");
}

test("a card has the name, the organization, addresses and numbers", () => {
  const card = {
    name: "Ada Stern",
    organization: "Crew",
    emails: ["ada@example.org"],
    numbers: [{ type: "CELL", text: "+33 6 12" }] as const,
  };
  assert.deepEqual(linesOf(vcardText([card])), [
    "BEGIN:VCARD",
    "VERSION:3.0",
    "N:Ada Stern;;;;",
    "FN:Ada Stern",
    "ORG:Crew",
    "EMAIL;TYPE=INTERNET:ada@example.org",
    "TEL;TYPE=CELL:+33 6 12",
    "END:VCARD",
    "",
  ]);
});

test("no text can end its line or its part of a line", () => {
  const text = vcardText([{ ...NOBODY, name: "a;b,c\\d\r\nEND:VCARD\ne\rf" }]);
  assert.ok(linesOf(text).includes("FN:a\\;b\\,c\\\\d\\nEND:VCARD\\ne\\nf"));
});

test("a line of more than 75 octets is folded between characters", () => {
  const name = "é🙂".repeat(60);
  const lines = linesOf(vcardText([{ ...NOBODY, name }]));
  for (const line of lines) assert.ok(Buffer.byteLength(line) <= 75);
  assert.ok(lines.join("\n").replaceAll("\n ", "").includes(`FN:${name}`));
});

test("a person without a name has another text in its place", () => {
  const card = { ...NOBODY, numbers: [{ type: "VOICE", text: "2045" }] as const };
  assert.ok(linesOf(vcardText([card])).includes("FN:2045"));
  assert.ok(linesOf(vcardText([NOBODY])).includes("FN:?"));
});
