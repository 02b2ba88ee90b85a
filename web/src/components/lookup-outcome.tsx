import { texts } from "../language.ts";
import { lookup } from "../lookup.ts";
import { FoundPeople } from "./found-people.tsx";
import { LookupFailure } from "./lookup-failure.tsx";
import { MissingSource } from "./missing-source.tsx";

/** What became of the search, and of the sources that did not answer. */
export function LookupOutcome() {
  const { state, failure, outcomes } = lookup.value;
  const missing = outcomes.filter((outcome) => outcome.status !== "ok");
  return (
    <>
      {/* Also there while it is empty: screen readers notice only what changes in it. */}
      <div class="outcome" role="status">
        {state === "running" && <p class="searching">{texts.search.searching}</p>}
        {state === "done" && <FoundPeople />}
        {missing.map((outcome) => (
          <MissingSource key={outcome.source} outcome={outcome} />
        ))}
      </div>
      {failure && failure.kind !== "session-ended" && <LookupFailure failure={failure} />}
    </>
  );
}
