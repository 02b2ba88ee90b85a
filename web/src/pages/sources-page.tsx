import { useLayoutEffect } from "preact/hooks";
import { FailedParts } from "../components/failed-parts.tsx";
import { Sentence } from "../components/sentence.tsx";
import { SourceFilter } from "../components/source-filter.tsx";
import { SourceTable } from "../components/source-table.tsx";
import { SourcesOutcome } from "../components/sources-outcome.tsx";
import { endAll } from "../ending.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { focusOnSlash } from "../keyboard.ts";
import { texts } from "../language.ts";
import { filterText, followAddress, isFilterOffered, shownSources } from "../source-filter.ts";
import { followSources, sortedSources } from "../source-overview.ts";
import { showTitle } from "../title.ts";

/** Which sources are ill, and why. */
export function SourcesPage() {
  const main = useInitialFocus<HTMLElement>({ preventScroll: true });
  useLayoutEffect(() => {
    showTitle(texts.header.sources);
    scrollTo(0, 0);
    return endAll(followSources(), followAddress(), focusOnSlash());
  }, []);
  const isFilteredAway = sortedSources.value.length > 0 && shownSources.value.length === 0;
  return (
    <main ref={main} class="people" tabIndex={-1}>
      <div class="page-title">
        <h1>{texts.header.sources}</h1>
        {isFilterOffered.value && <SourceFilter />}
      </div>
      <SourcesOutcome />
      <FailedParts />
      {shownSources.value.length > 0 && <SourceTable sources={shownSources.value} />}
      {isFilteredAway && (
        <p class="hint">
          <Sentence text={texts.sources.noneMatches} parts={{ term: filterText.value }} />
        </p>
      )}
    </main>
  );
}
