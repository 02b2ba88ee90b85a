import { useEffect, useRef } from "preact/hooks";
import { LookupOutcome } from "../components/lookup-outcome.tsx";
import { PeopleTable } from "../components/people-table.tsx";
import { SearchField } from "../components/search-field.tsx";
import { SearchHint } from "../components/search-hint.tsx";
import { focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { lookup, people } from "../lookup.ts";

/** Search people as one types. */
export function PeoplePage() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${texts.header.people} – xivo-dird`;
    field.current?.focus();
    return focusOnSlash(field);
  }, []);
  return (
    // Keys of the field and of the rows below it.
    <main class="people" onKeyDown={(event) => moveInList(event, field.current)}>
      <h1 class="for-screen-readers">{texts.header.people}</h1>
      <SearchField field={field} />
      {people.value.length > 0 && <PeopleTable />}
      {lookup.value.state === "idle" && <SearchHint />}
      <LookupOutcome />
    </main>
  );
}
