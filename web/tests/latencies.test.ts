import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Latencies,
  MAX_INTERVALS,
  meanOf,
  summaryOf,
  type Totals,
  totalsWithLast,
  withTotals,
} from "../src/latencies.ts";

function after(...totals: readonly Totals[]): Latencies {
  return totals.reduce<Latencies | undefined>(withTotals, undefined) as Latencies;
}

function of(questions: number, seconds: number): Totals {
  return { questions, seconds };
}

test("an interval has what was counted between two refreshes", () => {
  assert.deepEqual(after(of(10, 5), of(12, 5.5), of(12, 5.5)).intervals, [of(2, 0.5), of(0, 0)]);
});

test("what was counted before the first refresh belongs to no interval", () => {
  assert.deepEqual(after(of(1000, 9000)).intervals, []);
});

test("a daemon that was restarted has counted from zero", () => {
  assert.deepEqual(after(of(10, 5), of(3, 0.3)).intervals, [of(3, 0.3)]);
});

test("only the newest intervals are kept", () => {
  const totals = Array.from({ length: MAX_INTERVALS + 5 }, (_, index) => of(index, index));
  assert.equal(after(...totals).intervals.length, MAX_INTERVALS);
});

test("the mean is that of all questions, the maximum that of an interval", () => {
  assert.deepEqual(summaryOf([of(3, 0.3), of(0, 0), of(1, 0.5)]), { mean: 0.2, max: 0.5 });
  assert.equal(summaryOf([of(0, 0)]), null);
  assert.equal(meanOf(of(0, 0)), null);
});

test("without metrics, all questions of an interval took as long as the last one", () => {
  const first = after(totalsWithLast(undefined, 7, 2));
  const second = withTotals(first, totalsWithLast(first, 9, 0.5));
  const third = withTotals(second, totalsWithLast(second, 9, 0.5));
  const restarted = withTotals(third, totalsWithLast(third, 1, 0.25));
  assert.deepEqual(restarted.intervals, [of(2, 1), of(0, 0), of(1, 0.25)]);
});
