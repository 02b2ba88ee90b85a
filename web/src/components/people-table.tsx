import { useRef } from "preact/hooks";
import { shownColumns } from "../columns.ts";
import { texts } from "../language.ts";
import { columns, lookup, people } from "../lookup.ts";
import { selectedIndex } from "../selection.ts";
import { useSteadySelection } from "../steady-selection.ts";
import { PersonRow } from "./person-row.tsx";

/** The people that were found, one row each; on narrow screens the style sheet makes each a card. */
export function PeopleTable() {
  const table = useRef<HTMLTableElement>(null);
  useSteadySelection(table);
  const shown = shownColumns(columns.value);
  return (
    <table
      ref={table}
      class={lookup.value.isStale ? "people-list stale" : "people-list"}
      aria-label={texts.search.list}
    >
      <thead>
        <tr>
          {shown.map((column) => (
            <th key={column.index} scope="col" class={column.kind} dir="auto">
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {people.value.map((person, index) => (
          <PersonRow
            key={person.key}
            person={person}
            columns={shown}
            isSelected={index === selectedIndex.value}
          />
        ))}
      </tbody>
    </table>
  );
}
