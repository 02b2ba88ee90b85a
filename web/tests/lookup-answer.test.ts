import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLine, parseTable } from "../src/lookup-answer.ts";
import { withMark } from "../src/person.ts";

const ANSWER = {
  column_headers: ["Name", null, "Favorite"],
  column_types: ["name", null, "favorite"],
  results: [
    { source: "crew", relations: { source_entry_id: "1" }, column_values: ["Ada", ["a", 2], true] },
    { source: "crew", relations: { source_entry_id: null }, column_values: ["Bea", null, false] },
    { source: "crew", relations: { source_entry_id: null }, column_values: ["Carl", "", false] },
  ],
};

test("a result has texts, the id of its entry and its mark", () => {
  const [ada, bea] = parseTable(ANSWER).people;
  assert.deepEqual(ada?.cells, [["Ada"], ["a", "2"], []]);
  assert.deepEqual({ ...ada?.entries[0], key: "" }, { key: "", source: "crew", id: "1", isFavorite: true });
  assert.equal(bea?.entries[0].id, null);
});

test("a display without favorites has no marks", () => {
  const { people } = parseTable({ ...ANSWER, column_types: ["name", null, null] });
  assert.deepEqual(
    people.map(({ entries }) => entries[0].isFavorite),
    [null, null, null],
  );
});

test("every person has a key of its own, the same in the next answer", () => {
  const keys = parseTable(ANSWER).people.map(({ key }) => key);
  assert.equal(new Set(keys).size, 3);
  assert.deepEqual(
    parseTable(ANSWER).people.map(({ key }) => key),
    keys,
  );
});

test("the closing line of a daemon that does not merge has no people", () => {
  const line = parseLine({ sources: [{ name: "crew", status: "new", contacts: 1 }] });
  const outcomes = [{ source: "crew", status: "failed", contacts: 1, isTruncated: false }];
  assert.deepEqual(line, { kind: "closing", outcomes, samePeople: [] });
});

test("anything else is no line, and a broken table is empty", () => {
  for (const value of [null, 1, [], {}, { results: 1 }]) assert.equal(parseLine(value), null);
  assert.deepEqual(parseTable("x"), { columns: [], people: [] });
});

test("a mark changes the entry of one person only", () => {
  const { people } = parseTable(ANSWER);
  const ada = people[0];
  assert.ok(ada);
  const marked = withMark(people, ada.entries[0], false);
  assert.equal(marked[0]?.entries[0].isFavorite, false);
  assert.equal(marked[1], people[1]);
});
