import assert from "node:assert/strict";
import { test } from "node:test";
import { parseGroups, parseRows } from "../src/browsing/answer.ts";
import { lettersOf } from "../src/browsing/jumps.ts";
import { placeLink, placeOf, START } from "../src/browsing/place.ts";
import { cursorBefore, noRows, type Rows, withAnswer } from "../src/browsing/rows.ts";
import { partsOf } from "../src/route.ts";

const COLUMNS = {
  column_headers: ["Name", "Town", "Home", "Favorite"],
  column_types: ["name", null, null, "favorite"],
  column_fields: ["name", "town", "town", null],
};

function answer(names: readonly string[], groups: readonly object[], status = "ok"): object {
  const results = names.map((name) => ({
    source: "crew",
    relations: { source_entry_id: null },
    column_values: [name],
  }));
  return { ...COLUMNS, by: "name", results, groups, next: "n", sources: [{ name: "crew", status }] };
}

function added(rows: Rows, value: object, after: string): Rows {
  return withAnswer(rows, parseRows(value, rows.used), after);
}

function twoSteps(): Rows {
  const a = { text: "A", after: "a", result: 0 };
  const first = added(noRows(START), answer(["Ada", "Al"], [a], "late"), "");
  return added(first, answer(["Amy", "Bea"], [a, { text: "B", after: "b", result: 1 }]), "x");
}

test("a group that goes on in the next answer has one heading", () => {
  assert.deepEqual(
    twoSteps().groups.map(({ text, first }) => [text, first]),
    [
      ["A", 0],
      ["B", 3],
    ],
  );
});

test("people without an id have keys of their own in all answers of a list", () => {
  assert.equal(new Set(twoSteps().people.map(({ key }) => key)).size, 4);
});

test("a source that was late once is late in the list", () => {
  assert.equal(twoSteps().outcomes[0]?.status, "late");
});

test("a row is loaded again with the cursor that brought it", () => {
  assert.deepEqual(
    [1, 2, 3].map((index) => cursorBefore(twoSteps(), index)),
    ["", "x", "x"],
  );
});

test("a place is in its address", () => {
  for (const place of [START, { by: "a/b", from: "", after: "c" }, { by: "", from: "É/", after: "" }]) {
    assert.deepEqual(placeOf(partsOf(placeLink(place))), place);
  }
});

test("Latin letters that nobody has are shown only beside those that somebody has", () => {
  const { items } = parseGroups({
    items: [
      { text: "B", count: 2, after: "b" },
      { text: "#", count: 1 },
    ],
  });
  const letters = lettersOf(items);
  assert.equal(letters.length, 27);
  assert.deepEqual(
    [letters[0], letters[1]?.group?.count, letters[26]?.text],
    [{ text: "A", group: null }, 2, "#"],
  );
  assert.deepEqual(
    lettersOf(items.slice(1)).map(({ text }) => text),
    ["#"],
  );
});

test("anything else is an empty list", () => {
  assert.deepEqual(parseGroups("x"), { kind: "initials", items: [], outcomes: [] });
  assert.deepEqual(parseRows(null, new Map()).people, []);
});
