import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContact } from "../src/contacts/contact.ts";
import {
  draftFields,
  findProblem,
  isChanged,
  newDraft,
  rebased,
  withAddedRow,
  withChange,
} from "../src/contacts/draft.ts";

const ADA = parseContact({ id: "1", firstname: "Ada", number: "2045", shoe: " 43 " });

function names(draft: ReturnType<typeof newDraft>): readonly string[] {
  return draft.rows.map(({ name }) => name);
}

test("a form has the usual fields, and all others of the contact", () => {
  const usual = ["firstname", "lastname", "company", "number", "mobile", "fax", "email"];
  assert.deepEqual(names(newDraft(null)), usual);
  assert.deepEqual(names(newDraft(ADA)), [...usual, "shoe"]);
  assert.deepEqual(names(newDraft(parseContact({ id: "2", name: "Bo" }))), ["name", ...usual]);
});

test("a new contact has a name of one part where all others have", () => {
  assert.deepEqual(names(newDraft(null, new Set(["name", "number"]))).slice(0, 2), ["name", "company"]);
  assert.equal(names(newDraft(null, new Set(["name", "lastname"])))[0], "firstname");
});

test("fields that were not touched stay as they are, typed ones lose blanks around them", () => {
  const draft = withChange(newDraft(ADA), "number", { value: " 2046 " });
  assert.deepEqual(Object.fromEntries(draftFields(draft)), {
    firstname: "Ada",
    number: "2046",
    shoe: " 43 ",
  });
  const emptied = withChange(draft, "shoe", { value: " " });
  assert.deepEqual([...draftFields(emptied).keys()], ["firstname", "number"]);
});

test("a form is changed as long as something else is in it", () => {
  const draft = withChange(newDraft(ADA), "number", { value: "1" });
  assert.ok(isChanged(draft));
  assert.ok(!isChanged(withChange(draft, "number", { value: "2045" })));
  const added = withAddedRow(newDraft(null));
  assert.ok(!isChanged(added));
  assert.ok(isChanged(withChange(added, added.rows.at(-1)?.key ?? "", { name: "hat" })));
});

test("what can't be saved has a reason", () => {
  const added = withAddedRow(newDraft(ADA));
  const key = added.rows.at(-1)?.key ?? "";
  const named = (name: string) => findProblem(withChange(added, key, { name, value: "7" }));
  assert.deepEqual(findProblem(newDraft(null)), { kind: "empty" });
  assert.deepEqual(named(""), { kind: "unnamed" });
  assert.deepEqual(named("id"), { kind: "reserved", name: "id" });
  assert.deepEqual(named(" shoe "), { kind: "twice", name: "shoe" });
  assert.equal(named("hat"), null);
  assert.equal(findProblem(added), null);
});

test("what was changed elsewhere is taken where nothing was typed", () => {
  const typed = withChange(newDraft(ADA), "number", { value: "2046" });
  const added = withAddedRow(typed);
  const draft = withChange(added, added.rows.at(-1)?.key ?? "", { name: "hat", value: "7" });
  const newer = parseContact({ id: "1", firstname: "Adam", number: "9", glove: "8" });
  const merged = rebased(draft, newer);
  const expected = { firstname: "Adam", number: "2046", glove: "8", hat: "7" };
  assert.deepEqual(Object.fromEntries(draftFields(merged)), expected);
  assert.deepEqual(merged.problem, { kind: "changed-elsewhere" });
  assert.equal(merged.contact, newer);
});

test("a field that was typed and removed elsewhere is kept", () => {
  const draft = withChange(newDraft(ADA), "shoe", { value: "44" });
  const merged = rebased(draft, parseContact({ id: "1", firstname: "Ada" }));
  assert.deepEqual(Object.fromEntries(draftFields(merged)), { firstname: "Ada", shoe: "44" });
});
