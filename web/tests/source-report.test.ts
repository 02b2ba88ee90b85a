import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStatus } from "../src/source-report.ts";

const INDEX = { entries: 4, built_at: 100, error: null, stale: false, users: null };

function stateOf(report: object): string | undefined {
  return parseStatus({ sources: { uuid: { name: "crew", backend: "csv", breaker: "closed", ...report } } })
    .sources[0]?.state;
}

test("the last outcome is the state of a source that is asked each time", () => {
  for (const status of ["late", "failed", "refused"])
    assert.equal(stateOf({ status, snapshot: null }), status);
  assert.equal(stateOf({ status: "ok", snapshot: null }), "works");
  assert.equal(stateOf({ status: "unused", snapshot: null }), "unused");
});

test("a source is not asked while its breaker is open, and if it was skipped", () => {
  assert.equal(stateOf({ status: "failed", breaker: "open" }), "not-asked");
  assert.equal(stateOf({ status: "skipped" }), "not-asked");
});

test("a source without data and without an error is being read", () => {
  assert.equal(stateOf({ status: "late", snapshot: { ...INDEX, built_at: null } }), "reading");
  assert.equal(stateOf({ status: "unused", snapshot: { ...INDEX, built_at: null, users: 0 } }), "unused");
});

test("data that can't be read any more are old, and a file that is missing is no data", () => {
  const broken = { ...INDEX, error: "can't be read" };
  assert.equal(stateOf({ status: "ok", snapshot: { ...broken, stale: true } }), "stale");
  assert.equal(stateOf({ status: "ok", snapshot: broken }), "no-data");
  assert.equal(stateOf({ status: "unused", snapshot: { ...broken, built_at: null } }), "no-data");
  assert.equal(stateOf({ status: "ok", snapshot: { ...broken, users: 3 } }), "stale");
  assert.equal(stateOf({ status: "failed", snapshot: broken }), "failed");
});

test("the error of a source comes with what it means, and else that of its data", () => {
  const told = { error: "[Errno 111]", cause: "refused", action: "start the server" };
  const report = { ...told, status: "failed", counts: { failed: 3, ok: 2, skipped: 4 }, snapshot: INDEX };
  const source = parseStatus({ sources: { uuid: report } }).sources[0];
  assert.deepEqual(source?.trouble, told);
  assert.equal(source?.questions, 5);
  const unread = { status: "ok", snapshot: { ...INDEX, error: "no such file" } };
  const { trouble } = parseStatus({ sources: { uuid: unread } }).sources[0] ?? {};
  assert.deepEqual(trouble, { error: "no such file", cause: null, action: null });
});

test("parts and plugins that fail are listed, but not a bus that is disabled", () => {
  const status = {
    rest_api: { status: "ok" },
    store: { status: "fail", error: "the disk is full" },
    bus_consumer: { status: "fail", error: "disabled: bus.enabled is false in the configuration" },
    outbox: { status: "fail" },
    plugins: [
      { group: "views", name: "web", status: "ok" },
      { group: "backends", name: "ldap", status: "fail", error: "no module" },
    ],
  };
  assert.deepEqual(parseStatus(status).failedParts, [
    { key: "store", error: "the disk is full" },
    { key: "outbox", error: "" },
    { key: "backends ldap", error: "no module" },
  ]);
});

test("anything else has no sources", () => {
  for (const value of [null, 1, [], "x", { sources: [] }]) assert.deepEqual(parseStatus(value).sources, []);
  assert.equal(parseStatus({ sources: { uuid: null } }).sources[0]?.state, "unused");
});
