import { failureText } from "../failure-text.ts";
import { counted, texts } from "../language.ts";
import { doesNotAnswer, lacksCurrentData, overview } from "../source-overview.ts";
import type { SourceReport } from "../source-report.ts";
import { timeOfDay } from "../units.ts";
import { Sentence } from "./sentence.tsx";

/** How many sources are ill, in a sentence; and since when nothing newer is known. */
export function SourcesOutcome() {
  const { sources, refreshedAt, failure } = overview.value;
  return (
    <>
      {/* Also there while it is empty: screen readers notice only what changes in it. */}
      <p class="headline" role="status">
        {refreshedAt ? sentences(sources).join(" ") : !failure && <Loading />}
      </p>
      {failure && failure.kind !== "session-ended" && (
        <p role="alert">
          {failureText(failure)}{" "}
          {refreshedAt && (
            <Sentence text={texts.sources.outdatedSince} parts={{ time: timeOfDay(refreshedAt) }} />
          )}
        </p>
      )}
    </>
  );
}

function Loading() {
  return <span class="searching">{texts.favorites.loading}</span>;
}

function sentences(sources: readonly SourceReport[]): readonly string[] {
  const { none, silent, outdated, allWork, noFault, notUsed, beingRead } = texts.sources;
  if (sources.length === 0) return [none];
  const total = counted(texts.search.sources, sources.length);
  const count = (isCounted: (source: SourceReport) => boolean) => sources.filter(isCounted).length;
  const working = count(({ state }) => state === "works");
  if (working === sources.length) return [counted(allWork, working)];
  const faults = [
    [silent, count(doesNotAnswer)],
    [outdated, count(lacksCurrentData)],
  ] as const;
  const others = [
    [beingRead, count(({ state }) => state === "reading")],
    [notUsed, count(({ state }) => state === "unused")],
  ] as const;
  const found = faults.filter(([, number]) => number > 0);
  const first = found.length > 0 ? found.map(([text, number]) => counted(text, number)) : [noFault];
  const second = others.filter(([, number]) => number > 0).map(([text, number]) => counted(text, number));
  return [...first, ...second].map((text) => text.replace("{sources}", total));
}
