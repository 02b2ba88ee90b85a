import { counted, texts } from "../language.ts";
import type { Latencies } from "../latencies.ts";
import { pageLink } from "../links.ts";
import { doesNotAnswer, lacksCurrentData } from "../source-overview.ts";
import type { Snapshot, SourceReport, SourceState } from "../source-report.ts";
import { ago, longDuration } from "../units.ts";
import { mayAskNames, mayAskNumbers, WHY_ROUTE } from "../why-no-name.ts";
import { Sparkline } from "./sparkline.tsx";
import { FAILURE_MARKS, type Mark, NOT_ASKED_MARK, StateMark } from "./state-mark.tsx";
import { English, TroubleText } from "./trouble-text.tsx";

const MARKS: Readonly<Record<SourceState, Mark>> = {
  works: { icon: "check", tone: "good" },
  unused: { icon: "circle", tone: "quiet" },
  reading: { icon: "dots", tone: "quiet" },
  ...FAILURE_MARKS,
  "not-asked": NOT_ASKED_MARK,
  "no-data": { icon: "triangle", tone: "warning" },
  stale: { icon: "triangle", tone: "warning" },
};

type Properties = {
  readonly source: SourceReport;
  readonly latencies: Latencies | undefined;
  /** By the clock of the daemon, in seconds since 1970. */
  readonly daemonTime: number;
};

/** A source: how it is, what it has, how fast it is, and what is wrong. */
export function SourceRow({ source, latencies, daemonTime }: Properties) {
  const { name, backend, state, snapshot, seconds } = source;
  return (
    <tr>
      <td class="state">
        <StateMark mark={MARKS[state]} text={texts.sources.states[state]} />
      </td>
      <th scope="row" class="name">
        <bdi>{name}</bdi> <bdi class="backend">{backend}</bdi>
      </th>
      <td class="data">{snapshot && state !== "no-data" && snapshotText(snapshot, daemonTime)}</td>
      <td class="latencies">
        <Sparkline intervals={latencies?.intervals ?? []} last={seconds} />
      </td>
      <td>
        <SourceTrouble source={source} daemonTime={daemonTime} />
      </td>
    </tr>
  );
}

function SourceTrouble({ source, daemonTime }: Pick<Properties, "source" | "daemonTime">) {
  const { isBreakerOpen, trouble, snapshot, answeredAt } = source;
  const isIll = doesNotAnswer(source) || lacksCurrentData(source);
  const mayAsk = mayAskNumbers.value || mayAskNames.value;
  if (!isIll && !snapshot?.notes.length) return null;
  return (
    <div class="trouble">
      {isIll && trouble && <TroubleText trouble={trouble} />}
      {isBreakerOpen && <p>{texts.sources.breakerOpen}</p>}
      {doesNotAnswer(source) && answeredAt !== null && (
        <p class="quiet">{texts.sources.lastAnswer.replace("{ago}", ago(daemonTime - answeredAt))}</p>
      )}
      {snapshot?.notes.map((note) => (
        <English key={note} text={note} />
      ))}
      {isIll && mayAsk && <a href={pageLink(WHY_ROUTE)}>{texts.header.why}</a>}
    </div>
  );
}

function snapshotText({ entries, builtAt, users }: Snapshot, daemonTime: number): string | null {
  const contacts = counted(texts.sources.contacts, entries);
  if (users !== null) return counted(texts.sources.ofUsers, users).replace("{contacts}", contacts);
  if (builtAt === null) return null;
  return texts.sources.snapshot
    .replace("{contacts}", contacts)
    .replace("{age}", longDuration(daemonTime - builtAt));
}
