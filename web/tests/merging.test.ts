import assert from "node:assert/strict";
import { test } from "node:test";
import type { Group } from "../src/lookup-answer.ts";
import { mergedPeople } from "../src/merging.ts";

function group(source: string, ...rows: readonly (readonly [string, string])[]): Group {
  const people = rows.map(([name, number], index) => {
    const entry = { key: `${source}${index}`, source, id: String(index), isFavorite: false };
    return { key: entry.key, cells: [[name], number ? [number] : []], entries: [entry] as const };
  });
  return { source, columns: [], people };
}

const GROUPS = [group("crew", ["Ada", ""], ["Éric", "2"]), group("staff", ["Adam", "3"], ["Ada S.", "4"])];

const ADA = [
  { source: "staff", result: 1 },
  { source: "crew", result: 0 },
];

function namesOf(groups: readonly Group[], ...samePeople: readonly (typeof ADA)[]): readonly unknown[] {
  return mergedPeople(groups, samePeople).map(({ cells }) => cells.map((texts) => texts[0] ?? ""));
}

test("a person of two sources has the row of the first one, with its gaps filled", () => {
  assert.deepEqual(namesOf(GROUPS, ADA), [
    ["Ada", "4"],
    ["Éric", "2"],
    ["Adam", "3"],
  ]);
});

test("a merged person has the entries of all sources and the key of the first one", () => {
  const person = mergedPeople(GROUPS, [ADA])[0];
  assert.equal(person?.key, "crew0");
  assert.deepEqual(
    person?.entries.map(({ source, id }) => [source, id]),
    [
      ["crew", "0"],
      ["staff", "1"],
    ],
  );
});

test("nobody is merged without the positions of an answer", () => {
  assert.equal(namesOf(GROUPS).length, 4);
});

test("positions that do not exist merge nobody", () => {
  const positions = [
    { source: "crew", result: 9 },
    { source: "nowhere", result: 0 },
  ];
  assert.equal(namesOf(GROUPS, positions).length, 4);
});
