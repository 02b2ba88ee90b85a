import assert from "node:assert/strict";
import { test } from "node:test";
import { acl } from "../src/permissions.ts";
import { numbersIn, parseCallers } from "../src/who-called.ts";

test("each line is a number, once, in its own spelling", () => {
  assert.deepEqual(numbersIn(" +33 6 12 \r\n\n2045\r2045\n"), ["+33 6 12", "2045"]);
  assert.deepEqual(numbersIn("\n \n"), []);
});

test("a caller has the fields that say more than the name", () => {
  const fields = { id: "17", reverse: "Ada", name: "Ada", number: "2045", mobile: "", emails: ["a@b", ""] };
  const results = [
    { exten: "2045", display: "Ada", source: "crew", fields },
    { exten: "9", display: null, source: null, fields: {} },
  ];
  assert.deepEqual(parseCallers({ results }).callers, [
    {
      number: "2045",
      source: "crew",
      name: "Ada",
      fields: [
        ["number", ["2045"]],
        ["emails", ["a@b"]],
      ],
    },
    { number: "9", source: null, name: "", fields: [] },
  ]);
});

test("a source without the displayed column has the name", () => {
  const results = [{ exten: "2045", display: null, source: "crew", fields: { name: "Ada" } }];
  assert.equal(parseCallers({ results }).callers[0]?.name, "Ada");
});

test("the dots of a name are underscores in a permission", () => {
  assert.equal(acl`dird.directories.reverse.${"a.b.c"}.${"1"}.read`, "dird.directories.reverse.a_b_c.1.read");
});
