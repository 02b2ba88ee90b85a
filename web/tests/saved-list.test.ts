import assert from "node:assert/strict";
import { test } from "node:test";
import type { ShownColumn } from "../src/columns.ts";
import { listAsCsv, listAsVcards } from "../src/saved-list.ts";

const COLUMNS: readonly ShownColumn[] = [
  { index: 0, title: "Name", kind: "name" },
  { index: 1, title: "Phone", kind: "number" },
  { index: 2, title: "Mobile", kind: "number" },
  { index: 3, title: "Fax", kind: "number" },
  { index: 5, title: "Organisation", kind: "text" },
  { index: 6, title: "Floor", kind: "text" },
];

const ADA = {
  key: "1",
  entries: [{ key: "1", source: "crew", id: "1", isFavorite: true }] as const,
  cells: [["Ada"], ["2045", "2046"], ["0612"], ["2099"], [], ["Crew"], ["3"]],
};

test("a saved table has the columns that are shown", () => {
  assert.equal(
    listAsCsv([ADA], COLUMNS),
    "\ufeffName,Phone,Mobile,Fax,Organisation,Floor\r\n" + 'Ada,"2045, 2046",0612,2099,Crew,3\r\n',
  );
});

test("titles tell which number is which, and which text is a company", () => {
  const lines = listAsVcards([ADA], COLUMNS).split("\r\n");
  assert.deepEqual(lines.slice(3, -2), [
    "FN:Ada",
    "ORG:Crew",
    "TEL;TYPE=VOICE:2045",
    "TEL;TYPE=VOICE:2046",
    "TEL;TYPE=CELL:0612",
    "TEL;TYPE=FAX:2099",
  ]);
});
