import { computed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { ShownColumn } from "../columns.ts";
import type { Column } from "../lookup-answer.ts";
import type { Person } from "../person.ts";
import type { PeopleList } from "../selection.ts";
import { ContactValue } from "./contact-value.tsx";
import { FavoriteStar } from "./favorite-star.tsx";
import { Origins } from "./origins.tsx";

type Properties = {
  readonly list: PeopleList;
  readonly person: Person;
  readonly columns: readonly Column[];
  readonly shown: readonly ShownColumn[];
  readonly hasStar: boolean;
  readonly actions?: ((person: Person) => ComponentChildren) | undefined;
};

/** A person of a list; the row itself gets the focus only from the arrow keys, if there is no link in it. */
export function PersonRow({ list, person, columns, shown, hasStar, actions }: Properties) {
  // A component that reads a signal is rendered only if that, or one of its properties, has changed.
  const isSelected = useMemo(() => computed(() => list.isSelected(person)), [list, person]).value;
  return (
    <tr class={isSelected ? "selected" : undefined} tabIndex={-1}>
      {hasStar && (
        <td class="star">
          <FavoriteStar person={person} columns={columns} />
        </td>
      )}
      {shown.map(({ index, title, kind }) => {
        const Cell = kind === "name" ? "th" : "td";
        const texts = person.cells[index]?.map((text) => (
          <ContactValue key={text} kind={kind} value={text} />
        ));
        return (
          <Cell key={index} scope={kind === "name" ? "row" : undefined} class={kind} data-title={title}>
            {kind === "name" && person.entries.length > 1 ? (
              <Origins person={person}>{texts}</Origins>
            ) : (
              texts
            )}
          </Cell>
        );
      })}
      {actions && <td class="actions">{actions(person)}</td>}
    </tr>
  );
}
