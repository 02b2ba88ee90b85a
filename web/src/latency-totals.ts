/** What the metrics of the daemon have counted of each source; only the master tenant may read them. */

import { request } from "./api.ts";
import type { Totals } from "./latencies.ts";
import { isGranted } from "./permissions.ts";
import { samplesOf } from "./prometheus.ts";
import { sessionState } from "./session-state.ts";
import type { SourceReport } from "./source-report.ts";

export const METRICS_ACL = "dird.metrics.read";

const SUM = "dird_source_answer_seconds_sum";
const COUNT = "dird_source_answer_seconds_count";

export type TotalsOf = (source: SourceReport) => Totals;

/** False once the daemon has refused: whose tenant is not the master tenant is refused in spite of the permission. */
let mayRead = true;

/** Return the function that returns the totals of a source; null without metrics. */
export async function readTotals(signal: AbortSignal): Promise<TotalsOf | null> {
  const state = sessionState.peek();
  if (!mayRead || isGranted(METRICS_ACL) !== true || state.kind !== "signed-in") return null;
  const answer = await request({ path: "0.1/metrics", accept: "text/plain", signal });
  if (!answer.ok) {
    mayRead = answer.failure.kind === "unreachable" || answer.failure.kind === "aborted";
    return null;
  }
  try {
    return totalsIn(await answer.value.text(), state.session.tenantUuid);
  } catch {
    return null; // The connection broke in the middle of the answer.
  }
}

export function forgetTotals(): void {
  mayRead = true;
}

export function totalsIn(text: string, tenantUuid: string): TotalsOf {
  const values = new Map(
    samplesOf(text, [SUM, COUNT]).map(({ name, labels, value }) => {
      const [tenant, source, backend] = ["tenant", "source", "backend"].map((label) => labels.get(label));
      return [JSON.stringify([name, tenant, source, backend]), value];
    }),
  );
  const totalOf = (metric: string, { name, backend }: SourceReport) =>
    values.get(JSON.stringify([metric, tenantUuid, name, backend])) ?? 0;
  return (source) => ({ seconds: totalOf(SUM, source), questions: totalOf(COUNT, source) });
}
