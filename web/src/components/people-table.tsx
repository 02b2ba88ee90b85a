import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { hasFavorites, shownColumns } from "../columns.ts";
import { texts } from "../language.ts";
import type { Person } from "../person.ts";
import type { PeopleList } from "../selection.ts";
import { useSteadySelection } from "../steady-selection.ts";
import { PersonRow } from "./person-row.tsx";

/** People who belong together, with a heading above them. */
export type RowGroup = {
  readonly key: string;
  readonly heading: ComponentChildren;
  /** The position of the first one in the list; the next group begins after the last one. */
  readonly first: number;
};

type Properties = {
  readonly list: PeopleList;
  /** The people are those of another search. */
  readonly isStale?: boolean;
  /** The name of the table for screen readers. */
  readonly label?: string;
  /** Buttons at the end of each row; the same function as long as they are the same. */
  readonly actions?: (person: Person) => ComponentChildren;
  /** All people, in groups; the list is a long one, whose place is kept when rows come above it. */
  readonly groups?: readonly RowGroup[];
};

/** People, one row each; on narrow screens the style sheet makes each a card. */
export function PeopleTable({
  list,
  isStale = false,
  label = texts.search.list,
  actions,
  groups,
}: Properties) {
  const table = useRef<HTMLTableElement>(null);
  useSteadySelection(table, list, groups !== undefined);
  const columns = list.columns.value;
  const shown = useMemo(() => shownColumns(columns), [columns]);
  const hasStar = hasFavorites(columns);
  const width = shown.length + (hasStar ? 1 : 0) + (actions ? 1 : 0);
  const people = list.people.value;
  const rows = people.map((person) => (
    <PersonRow
      key={person.key}
      list={list}
      person={person}
      columns={columns}
      shown={shown}
      hasStar={hasStar}
      actions={actions}
    />
  ));
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
      {groups ? (
        groups.map(({ key, heading, first }, index) => (
          <tbody key={key}>
            <tr class="group">
              <th scope="rowgroup" colSpan={width}>
                {heading}
              </th>
            </tr>
            {rows.slice(first, groups[index + 1]?.first)}
          </tbody>
        ))
      ) : (
        <tbody>{rows}</tbody>
      )}
    </table>
  );
}
