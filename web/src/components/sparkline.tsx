import { texts } from "../language.ts";
import { type Interval, MAX_INTERVALS, meanOf, summaryOf } from "../latencies.ts";
import { shortDuration } from "../units.ts";

const STEP = 4;
const HEIGHT = 20;
/** So that an interval whose questions took no time can be seen. */
const MIN_BAR = 1;

type Properties = {
  readonly intervals: readonly Interval[];
  /** How long the last question took, which may be before all intervals. */
  readonly last: number | null;
};

/** How long the questions of each interval took, as bars and in words. */
export function Sparkline({ intervals, last }: Properties) {
  const summary = summaryOf(intervals);
  if (!summary) {
    if (last === null) return null;
    return <span class="quiet">{texts.sources.lastLatency.replace("{duration}", shortDuration(last))}</span>;
  }
  return (
    <span class="latency">
      <svg viewBox={`0 0 ${MAX_INTERVALS * STEP} ${HEIGHT}`} aria-hidden="true">
        <path d={bars(intervals, summary.max)} />
      </svg>
      <span>
        {texts.sources.latency
          .replace("{mean}", shortDuration(summary.mean))
          .replace("{max}", shortDuration(summary.max))}
      </span>
    </span>
  );
}

/** Return one bar per interval with questions, the newest on the right. */
function bars(intervals: readonly Interval[], max: number): string {
  const start = MAX_INTERVALS - intervals.length;
  return intervals
    .map((interval, index) => {
      const mean = meanOf(interval);
      if (mean === null) return "";
      const height = max > 0 ? Math.max((mean / max) * HEIGHT, MIN_BAR) : MIN_BAR;
      return `M${(start + index) * STEP + STEP / 2} ${HEIGHT}v${-height.toFixed(1)}`;
    })
    .join("");
}
