import assert from "node:assert/strict";
import { test } from "node:test";
import { samplesOf } from "../src/prometheus.ts";

function valuesOf(text: string, ...names: readonly string[]): readonly unknown[] {
  return samplesOf(text, names).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);
}

test("a sample has its labels and its value, with a time or without", () => {
  assert.deepEqual(valuesOf('m_sum{source="crew",tenant="t"} 1.5e-3 1700000000000', "m_sum"), [
    ["m_sum", { source: "crew", tenant: "t" }, 0.0015],
  ]);
  assert.deepEqual(valuesOf("up 1", "up"), [["up", {}, 1]]);
});

test("comments and other metrics, even with the same beginning, are left out", () => {
  const text = "# HELP m_sum is m_sum{}\n# TYPE m_sum counter\nm_sum_total{} 3\nm 1\n\nm_sum{} 2\n";
  assert.deepEqual(valuesOf(text, "m_sum"), [["m_sum", {}, 2]]);
});

test("a label may contain quotation marks, backslashes, line breaks, commas and braces", () => {
  const text = String.raw`m{a="say \"x\", b=\"}\" 9",c="d:\\n\nend",e=""} 4`;
  assert.deepEqual(valuesOf(text, "m"), [["m", { a: 'say "x", b="}" 9', c: "d:\\n\nend", e: "" }, 4]]);
});

test("infinite values, and what is no number, are left out", () => {
  assert.deepEqual(valuesOf('m{le="+Inf"} 2\nm +Inf\nm -Inf\nm NaN\nm x\nm\nm{\nm ', "m"), [
    ["m", { le: "+Inf" }, 2],
  ]);
});
