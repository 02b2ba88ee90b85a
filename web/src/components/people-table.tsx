import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { hasFavorites, shownColumns } from "../columns.ts";
import { texts } from "../language.ts";
import type { Person } from "../person.ts";
import type { PeopleList } from "../selection.ts";
import { useSteadySelection } from "../steady-selection.ts";
import { PersonRow } from "./person-row.tsx";

type Properties = {
  readonly list: PeopleList;
  /** The people are those of another search. */
  readonly isStale?: boolean;
  /** The name of the table for screen readers. */
  readonly label?: string;
  /** Buttons at the end of each row; the same function as long as they are the same. */
  readonly actions?: (person: Person) => ComponentChildren;
};

/** People, one row each; on narrow screens the style sheet makes each a card. */
export function PeopleTable({ list, isStale = false, label = texts.search.list, actions }: Properties) {
  const table = useRef<HTMLTableElement>(null);
  useSteadySelection(table, list);
  const columns = list.columns.value;
  const shown = useMemo(() => shownColumns(columns), [columns]);
  const hasStar = hasFavorites(columns);
  return (
    <table ref={table} class={isStale ? "people-list stale" : "people-list"} aria-label={label}>
      <thead>
        <tr>
          {hasStar && <td class="star" />}
          {shown.map((column) => (
            <th key={column.index} scope="col" class={column.kind} dir="auto">
              <div class="title">{column.title}</div>
            </th>
          ))}
          {actions && <td class="actions" />}
        </tr>
      </thead>
      <tbody>
        {list.people.value.map((person) => (
          <PersonRow
            key={person.key}
            list={list}
            person={person}
            columns={columns}
            shown={shown}
            hasStar={hasStar}
            actions={actions}
          />
        ))}
      </tbody>
    </table>
  );
}
