import type { Result, SourceResult } from "../explanation.ts";
import { counted, texts } from "../language.ts";
import { pageLink } from "../links.ts";
import { isGranted } from "../permissions.ts";
import { SOURCES_ROUTE, STATUS_ACL } from "../source-overview.ts";
import { shortDuration } from "../units.ts";
import { FAILURE_MARKS, type Mark, NOT_ASKED_MARK, StateMark } from "./state-mark.tsx";
import { English, TroubleText } from "./trouble-text.tsx";

const MARKS: Readonly<Record<Result, Mark>> = {
  wins: { icon: "check", tone: "good" },
  found: { icon: "check", tone: "good" },
  nothing: { icon: "circle", tone: "quiet" },
  ...FAILURE_MARKS,
  skipped: NOT_ASKED_MARK,
  "not-needed": { icon: "dots", tone: "quiet" },
};

/** A source that answers, although what it reads is missing. */
const NOTHING_TO_READ: Mark = { icon: "triangle", tone: "warning" };

/** What each source did, in the order of the profile. */
export function ExplainedSources({ sources }: { readonly sources: readonly SourceResult[] }) {
  const { result, seconds, reason } = texts.why;
  return (
    <table class="card-list explained" aria-label={texts.header.sources}>
      <thead>
        <tr>
          <th scope="col" class="state">
            {result}
          </th>
          <th scope="col" class="name">
            {texts.sources.source}
          </th>
          <th scope="col" class="latencies">
            {seconds}
          </th>
          <th scope="col">{reason}</th>
        </tr>
      </thead>
      <tbody>
        {sources.map((source) => (
          <ExplainedSource key={source.source} source={source} />
        ))}
      </tbody>
    </table>
  );
}

function ExplainedSource({ source }: { readonly source: SourceResult }) {
  const { result, seconds, reason, trouble } = source;
  return (
    <tr>
      <td class="state">
        <StateMark
          mark={result === "nothing" && trouble ? NOTHING_TO_READ : MARKS[result]}
          text={resultText(source)}
        />
      </td>
      <th scope="row" class="name">
        <SourceName name={source.source} /> <bdi class="backend">{source.backend}</bdi>
      </th>
      <td class="latencies">{seconds !== null && shortDuration(seconds)}</td>
      <td>
        <div class="trouble">
          {/* The reason of an error is its cause. */}
          {trouble ? <TroubleText trouble={trouble} /> : <English text={reason} />}
        </div>
      </td>
    </tr>
  );
}

/** A link to the state of the source, for those who may see it. */
function SourceName({ name }: { readonly name: string }) {
  const text = <bdi>{name}</bdi>;
  return isGranted(STATUS_ACL) ? <a href={pageLink(SOURCES_ROUTE, name)}>{text}</a> : text;
}

function resultText({ result, count }: SourceResult): string {
  return result === "found" ? counted(texts.why.foundBy, count) : texts.why.results[result];
}
