import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLanguage, LANGUAGES } from "../src/languages/choice.ts";

/** Return all texts of a language with the path of their keys; the forms of a plural have one path. */
function textsOf(node: object): readonly (readonly [string, string])[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === "string") return [[key, value] as const];
    if (typeof value !== "object" || value === null) return [];
    return textsOf(value).map(([path, text]) => ["other" in value ? key : `${key}.${path}`, text] as const);
  });
}

function placeholders(text: string): readonly string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

test("the first wanted language that is known is chosen, whatever its region", () => {
  assert.equal(chooseLanguage(["it-IT", "de-CH", "en"]), "de");
  assert.equal(chooseLanguage(["FR-ca"]), "fr");
});

test("English is chosen if no wanted language is known", () => {
  assert.equal(chooseLanguage([]), "en");
  assert.equal(chooseLanguage(["pl", "constructor"]), "en");
});

for (const [language, texts] of LANGUAGES) {
  test(`every text has the placeholders of the English one: ${language}`, () => {
    const english = new Map(textsOf(LANGUAGES.get("en") ?? {}));
    for (const [path, text] of textsOf(texts)) {
      assert.deepEqual(placeholders(text), placeholders(english.get(path) ?? ""), path);
    }
  });
}
