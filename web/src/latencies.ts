/** How long a source took to answer, in each interval between two refreshes. */

/** Two minutes. */
export const MAX_INTERVALS = 24;

/** What has been counted since the source was opened. */
export type Totals = { readonly seconds: number; readonly questions: number };

export type Interval = Totals;

/** The intervals, from the oldest to the newest; one without questions has no latency. */
export type Latencies = { readonly totals: Totals; readonly intervals: readonly Interval[] };

export type LatencySummary = { readonly mean: number; readonly max: number };

/** Return the latencies with one more interval, which ends now. */
export function withTotals(former: Latencies | undefined, totals: Totals): Latencies {
  if (!former) return { totals, intervals: [] };
  return { totals, intervals: [...former.intervals, since(former.totals, totals)].slice(-MAX_INTERVALS) };
}

/** Return the totals of a daemon that tells only how long the last question took. */
export function totalsWithLast(
  former: Latencies | undefined,
  questions: number,
  last: number | null,
): Totals {
  const before = former?.totals ?? { seconds: 0, questions: 0 };
  const asked = since(before, { seconds: 0, questions }).questions;
  // All questions of the interval count as if they had taken as long as the last one.
  return { questions, seconds: (questions < before.questions ? 0 : before.seconds) + asked * (last ?? 0) };
}

/** Return the mean latency of all questions, and the highest one of an interval; null without questions. */
export function summaryOf(intervals: readonly Interval[]): LatencySummary | null {
  const questions = intervals.reduce((sum, interval) => sum + interval.questions, 0);
  if (questions === 0) return null;
  const seconds = intervals.reduce((sum, interval) => sum + interval.seconds, 0);
  return { mean: seconds / questions, max: Math.max(...intervals.map((interval) => meanOf(interval) ?? 0)) };
}

export function meanOf({ seconds, questions }: Interval): number | null {
  return questions > 0 ? seconds / questions : null;
}

/** Return what was counted in between; a daemon that was restarted has counted from zero. */
function since(before: Totals, after: Totals): Interval {
  if (after.questions < before.questions) return after;
  const seconds = Math.max(after.seconds - before.seconds, 0);
  return { seconds, questions: after.questions - before.questions };
}
