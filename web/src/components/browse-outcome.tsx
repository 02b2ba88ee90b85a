import { browsedList, browsing, groups, hasGivenUp, outcomes } from "../browsing/browsed-list.ts";
import { askLateAgain, place, retry } from "../browsing/loading.ts";
import { countPeople } from "../browsing/requests.ts";
import { counted, texts } from "../language.ts";
import { LookupFailure } from "./lookup-failure.tsx";
import { MissingSource } from "./missing-source.tsx";
import { Sentence } from "./sentence.tsx";

/** How many people there are in all, and why those of a source are missing. */
export function BrowseOutcome() {
  const { state, failure } = browsing.value;
  const missing = outcomes.value.filter(({ status }) => status !== "ok");
  return (
    <div>
      {/* Also there while it is empty: screen readers notice only what changes in it. */}
      <div class="outcome" role="status">
        {state === "loading" && <p class="searching">{texts.favorites.loading}</p>}
        {state === "done" && <CountedPeople />}
        {missing.map((outcome) => (
          <MissingSource key={outcome.source} outcome={outcome} reasons={texts.browse} />
        ))}
      </div>
      {hasGivenUp.value && (
        <button type="button" class="link" onClick={askLateAgain}>
          {texts.errors.retry}
        </button>
      )}
      {failure && failure.kind !== "session-ended" && <LookupFailure failure={failure} onRetry={retry} />}
    </div>
  );
}

function CountedPeople() {
  const { search, contacts, browse } = texts;
  const count = groups.value ? countPeople(groups.value) : 0;
  const { length } = browsedList.people.value;
  const answered = outcomes.value.filter(({ status }) => status === "ok").length;
  // Nobody knows whether there is somebody in a source that has not answered.
  if (answered === 0) return null;
  if (length === 0) {
    const term = place.value.from;
    return (
      <p class="nobody">{term === "" ? contacts.none : <Sentence text={browse.nobody} parts={{ term }} />}</p>
    );
  }
  const people = counted(search.people, Math.max(count, length));
  if (count === 0) return null;
  return (
    <p>
      <Sentence text={search.found} parts={{ people, sources: counted(search.sources, answered) }} />
    </p>
  );
}
