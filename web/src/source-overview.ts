/** The sources of the tenant and how they are, refreshed while somebody can see them. */

import { computed, signal } from "@preact/signals";
import { type Answer, type Failure, request } from "./api.ts";
import { parseJson } from "./json.ts";
import { language } from "./language.ts";
import { type Latencies, totalsWithLast, withTotals } from "./latencies.ts";
import { forgetTotals, readTotals, type TotalsOf } from "./latency-totals.ts";
import { type DaemonStatus, parseStatus, type SourceReport, type SourceState } from "./source-report.ts";

export const SOURCES_ROUTE = "/sources";
export const STATUS_ACL = "dird.status.read";

const REFRESH_MILLISECONDS = 5000;

/** After which what is shown is called old. */
const TIMEOUT_MILLISECONDS = 10_000;

export type Overview = DaemonStatus & {
  /** When the status was answered, by the clock of this computer; null if it never was. */
  readonly refreshedAt: Date | null;
  /** The same by the clock of the daemon, in seconds since 1970. */
  readonly daemonTime: number;
  /** By the uuids of the sources. */
  readonly latencies: ReadonlyMap<string, Latencies>;
  /** Whether the latencies are those of the metrics. */
  readonly hasMetrics: boolean;
  /** Why the last refresh failed. */
  readonly failure: Failure | null;
};

type DatedStatus = DaemonStatus & Pick<Overview, "daemonTime">;

const EMPTY: Overview = {
  sources: [],
  failedParts: [],
  refreshedAt: null,
  daemonTime: 0,
  latencies: new Map(),
  hasMetrics: false,
  failure: null,
};

/** Those that need somebody come first. */
const RANKS: Readonly<Record<SourceState, number>> = {
  failed: 0,
  "not-asked": 0,
  late: 0,
  refused: 0,
  "no-data": 1,
  stale: 1,
  reading: 2,
  unused: 3,
  works: 3,
};

const collator = new Intl.Collator(language, { numeric: true });

export const overview = signal<Overview>(EMPTY);

export const sortedSources = computed(() =>
  [...overview.value.sources].sort(
    (one, other) => RANKS[one.state] - RANKS[other.state] || collator.compare(one.name, other.name),
  ),
);

export function doesNotAnswer({ state }: SourceReport): boolean {
  return RANKS[state] === 0;
}

export function lacksCurrentData({ state }: SourceReport): boolean {
  return RANKS[state] === 1;
}

/** Refresh the sources now, and again while the page is visible, until the returned function is called. */
export function followSources(): () => void {
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRefreshing = false;
  const refreshWhileVisible = async () => {
    clearTimeout(timer);
    if (document.hidden || isRefreshing) return;
    isRefreshing = true;
    await refresh(stop.signal);
    isRefreshing = false;
    if (stop.signal.aborted || document.hidden) return;
    timer = setTimeout(refreshWhileVisible, REFRESH_MILLISECONDS);
  };
  document.addEventListener("visibilitychange", refreshWhileVisible, { signal: stop.signal });
  void refreshWhileVisible();
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}

export function forgetSources(): void {
  overview.value = EMPTY;
  forgetTotals();
}

async function refresh(stop: AbortSignal): Promise<void> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = setTimeout(abort, TIMEOUT_MILLISECONDS);
  stop.addEventListener("abort", abort);
  const [status, totals] = await Promise.all([readStatus(limit.signal), readTotals(limit.signal)]);
  clearTimeout(timer);
  stop.removeEventListener("abort", abort);
  if (stop.aborted) return;
  const former = overview.peek();
  overview.value = status.ok
    ? withStatus(former, status.value, totals)
    : { ...former, failure: status.failure };
}

function withStatus(former: Overview, status: DatedStatus, totals: TotalsOf | null): Overview {
  const hasMetrics = totals !== null;
  // The metrics are those of all workers, the status is that of one: they can't be compared.
  const formerLatencies = hasMetrics === former.hasMetrics ? former.latencies : new Map<string, Latencies>();
  const latencies = status.sources.map((source) => {
    const before = formerLatencies.get(source.uuid);
    const now = totals?.(source) ?? totalsWithLast(before, source.questions, source.seconds);
    return [source.uuid, withTotals(before, now)] as const;
  });
  return { ...status, refreshedAt: new Date(), latencies: new Map(latencies), hasMetrics, failure: null };
}

async function readStatus(signal: AbortSignal): Promise<Answer<DatedStatus>> {
  const answer = await request({ path: "0.1/status", signal });
  if (!answer.ok) return answer;
  // The clock of this computer may be another one.
  const date = Date.parse(answer.value.headers.get("Date") ?? "");
  const daemonTime = (Number.isNaN(date) ? Date.now() : date) / 1000;
  try {
    return { ok: true, value: { ...parseStatus(parseJson(await answer.value.text())), daemonTime } };
  } catch {
    return { ok: false, failure: { kind: "unreachable" } };
  }
}
