import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonOf } from "../src/api.ts";
import { parseImported, parsePreview } from "../src/contacts/import-answer.ts";

const ROW = { line: 3, errors: ["The row has 2 fields, the header 3."] };

test("a preview has counts, the first contacts and the rows in error", () => {
  const answer = {
    contacts: [{ firstname: "Ivo" }],
    new: 118,
    existing: 3,
    failed: [ROW],
    failed_count: 1200,
  };
  const preview = parsePreview(answer);
  assert.deepEqual([preview.newCount, preview.existingCount, preview.failed.count], [118, 3, 1200]);
  assert.deepEqual(preview.failed.rows, [ROW]);
  assert.equal(preview.contacts[0]?.fields.get("firstname"), "Ivo");
});

test("a broken preview has nothing in it", () => {
  const preview = parsePreview({ contacts: 1, failed: [null, { line: "x", message: "odd" }] });
  assert.deepEqual([preview.newCount, preview.contacts.length], [0, 0]);
  assert.deepEqual(preview.failed.rows, [
    { line: null, errors: [] },
    { line: null, errors: ["odd"] },
  ]);
});

test("an import has the ids of its contacts and the rows in error", () => {
  const previewed = { rows: [ROW], count: 1 };
  const imported = parseImported({ created: [{ id: "1" }, { id: "2" }], failed: [ROW] }, previewed);
  assert.deepEqual(imported, { ids: ["1", "2"], failed: { rows: [ROW], count: 1 } });
});

test("of more rows in error than are listed, all are counted, and the row about them is none", () => {
  const previewed = { rows: [ROW, ROW], count: 5000 };
  const summary = { line: 5, errors: ["From here on, 4998 rows failed; they are not listed."] };
  const { failed } = parseImported({ created: [], failed: [ROW, ROW, summary] }, previewed);
  assert.deepEqual(failed, previewed);
});

test("a row that fails only in the import is listed", () => {
  const { failed } = parseImported({ created: [], failed: [ROW, ROW] }, { rows: [ROW], count: 1 });
  assert.deepEqual(failed, { rows: [ROW, ROW], count: 2 });
});

test("the reason of a failure is read from every shape of an error", () => {
  assert.equal(reasonOf({ reason: ["One.", "Two."], status_code: 400 }), "One. Two.");
  assert.equal(reasonOf({ reason: "plain" }), "plain");
  assert.equal(reasonOf({ message: "modern", error_id: "conflict" }), "modern");
  assert.equal(reasonOf({ message: { term: "required" } }), "");
  assert.equal(reasonOf({ reason: [ROW] }), "");
  assert.equal(reasonOf(undefined), "");
});
