import { counted, formatted, texts } from "../language.ts";
import { lookup, people } from "../lookup.ts";
import { Sentence } from "./sentence.tsx";

/** How many people were found, in how many sources, and whether all of them are shown. */
export function FoundPeople() {
  const { term, question, outcomes, samePeople } = lookup.value;
  const { search } = texts;
  const shown = people.value.length;
  const answered = outcomes.filter((outcome) => outcome.status === "ok");
  // Nobody knows whether there is somebody in a source that has not answered.
  if (answered.length === 0) return null;
  if (shown === 0) {
    return (
      <p class="nobody">
        <Sentence text={search.nobody} parts={{ term }} />
      </p>
    );
  }
  const merged = samePeople.reduce((sum, person) => sum + person.length - 1, 0);
  const total = answered.reduce((sum, outcome) => sum + outcome.contacts, -merged);
  const numbers = {
    people: counted(question === "term" ? search.people : search.names, Math.max(shown, total)),
    sources: counted(search.sources, answered.length),
  };
  const isTruncated = answered.some((outcome) => outcome.isTruncated);
  return (
    <p>
      <Sentence text={isTruncated ? search.foundMore : search.found} parts={numbers} />
      {(isTruncated || total > shown) && (
        <>
          {". "}
          <Sentence
            text={isTruncated ? search.cutMore : search.cut}
            parts={{ shown: formatted(shown), count: formatted(total) }}
          />
        </>
      )}
    </p>
  );
}
