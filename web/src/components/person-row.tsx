import type { ShownColumn } from "../columns.ts";
import type { Person } from "../lookup-answer.ts";
import { ContactValue } from "./contact-value.tsx";

type Properties = {
  readonly person: Person;
  readonly columns: readonly ShownColumn[];
  readonly isSelected: boolean;
};

/** A person; the row itself gets the focus only from the arrow keys, if there is no link in it. */
export function PersonRow({ person, columns, isSelected }: Properties) {
  return (
    <tr class={isSelected ? "selected" : undefined} tabIndex={-1}>
      {columns.map(({ index, title, kind }) => {
        const Cell = kind === "name" ? "th" : "td";
        const values = person.cells[index] ?? [];
        return (
          <Cell key={index} scope={kind === "name" ? "row" : undefined} class={kind} data-title={title}>
            {values.map((value) => (
              <ContactValue key={value} kind={kind} value={value} />
            ))}
          </Cell>
        );
      })}
    </tr>
  );
}
