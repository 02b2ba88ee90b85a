import { useLayoutEffect } from "preact/hooks";
import { ListActions } from "../components/list-actions.tsx";
import { LookupOutcome } from "../components/lookup-outcome.tsx";
import { FailureNotice } from "../components/notices.tsx";
import { OtherNames } from "../components/other-names.tsx";
import { PeopleTable } from "../components/people-table.tsx";
import { SearchField } from "../components/search-field.tsx";
import { SearchHint } from "../components/search-hint.tsx";
import { useInitialFocus } from "../initial-focus.ts";
import { focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { foundList, lookup, people, searchText } from "../lookup.ts";
import { showTitle } from "../title.ts";

/** Search people as one types. */
export function PeoplePage() {
  const field = useInitialFocus<HTMLInputElement>();
  useLayoutEffect(() => {
    showTitle(texts.header.people);
    return focusOnSlash(field);
  }, [field]);
  const { state, term, isStale } = lookup.value;
  return (
    // Keys of the field and of the rows below it.
    <main class="people" onKeyDown={(event) => moveInList(event, field.current, foundList)}>
      <h1 class="for-screen-readers">
        {texts.header.people}
        {term && (
          <span class="for-print">
            {": "}
            <bdi>{term}</bdi>
          </span>
        )}
      </h1>
      <SearchField field={field} label={texts.search.label} text={searchText} />
      <OtherNames />
      {people.value.length > 0 && <PeopleTable list={foundList} isStale={isStale} />}
      {state === "idle" && <SearchHint />}
      <div class="list-foot">
        <LookupOutcome />
        <ListActions list={foundList} fileName={`${texts.header.people} ${term}`} />
      </div>
      <FailureNotice />
    </main>
  );
}
