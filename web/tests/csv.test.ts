import assert from "node:assert/strict";
import { test } from "node:test";
import { csvText } from "../src/csv.ts";

function row(...cells: readonly string[]): string {
  return csvText([cells]).slice(1);
}

test("rows end in CRLF after a byte order mark", () => {
  assert.equal(csvText([["Name"], ["Éric"]]), "\ufeffName\r\nÉric\r\n");
});

test("a cell with a comma, a quotation mark or a line break is quoted", () => {
  assert.equal(
    row("Stern, Ada", 'the "boss"', "a\nb", "plain"),
    '"Stern, Ada","the ""boss""","a\nb",plain\r\n',
  );
});

test("a cell that a spreadsheet would calculate gets an apostrophe", () => {
  for (const text of ["=1+1", "+cmd", "-2", "@sum", "\tx", "+33+44", "'=1", "+1=2"]) {
    assert.equal(row(text), `'${text}\r\n`);
  }
  assert.equal(row("\rx"), `"'\rx"\r\n`);
});

test("a phone number and an ordinary apostrophe stay as they are", () => {
  for (const text of ["+33 6 12-34.56/78", "+49 (0) 30 1", "'t Hooft", "2045", ""]) {
    assert.equal(row(text), `${text}\r\n`);
  }
});
