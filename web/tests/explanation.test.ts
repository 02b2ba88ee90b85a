import assert from "node:assert/strict";
import { test } from "node:test";
import { looksLikeNumber, parseExplanation } from "../src/explanation.ts";
import { pageLink } from "../src/links.ts";

test("digits in any spelling look like a number", () => {
  for (const text of ["2045", " +33 (0)1.44-55 ", "030/1234567", "*31#", "#31#2045", "٠٦١٢", "1–2"]) {
    assert.ok(looksLikeNumber(text), text);
  }
});

test("letters, and signs without a digit, look like a name", () => {
  for (const text of ["Ada", "3M", "2045 Ada", "+", "()", "", "O'Neil", "anonymous"]) {
    assert.ok(!looksLikeNumber(text), text);
  }
});

test("a result of a later version is a failure, and a missing value is empty", () => {
  const { sources, name, contacts, service } = parseExplanation({
    service: "new",
    sources: [{ source: "crew", result: "new", seconds: "1" }],
    contacts: [{ values: ["Ada", 2045, null, ["a", "b"]] }],
  });
  assert.deepEqual(sources, [
    { source: "crew", backend: "", result: "failed", count: 0, seconds: null, reason: "", trouble: null },
  ]);
  assert.deepEqual(contacts, [{ source: "", values: ["Ada", "2045", "", "a, b"] }]);
  assert.deepEqual([name, service], [null, "lookup"]);
});

test("the address of a page has what it is about", () => {
  assert.equal(pageLink("/why"), "#/why");
  assert.equal(pageLink("/why", "030/12 #4?%"), "#/why/030%2F12%20%234%3F%25");
  assert.equal(pageLink("/why", "\ud800"), "#/why");
});
