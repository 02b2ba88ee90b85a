/** A list of people, and the selected one: chosen with the arrow keys, kept while people arrive above and below. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Column } from "./lookup-answer.ts";
import type { Person } from "./person.ts";

export type PeopleList = {
  readonly columns: ReadonlySignal<readonly Column[]>;
  readonly people: ReadonlySignal<readonly Person[]>;
  /** -1 if nobody is selected, or the selected person is not in the list any more. */
  readonly selectedIndex: ReadonlySignal<number>;
  readonly isSelected: (person: Person) => boolean;
  /** Select a person and return the position; -1, before the first one, selects nobody. */
  readonly select: (index: number) => number;
};

export function createList(
  columns: ReadonlySignal<readonly Column[]>,
  people: ReadonlySignal<readonly Person[]>,
): PeopleList {
  const selectedKey = signal<string | null>(null);
  // The row of a person may have gone into that of another source.
  const isSelected = ({ entries }: Person) => entries.some(({ key }) => key === selectedKey.value);
  return {
    columns,
    people,
    selectedIndex: computed(() => people.value.findIndex(isSelected)),
    isSelected,
    select(index) {
      const position = Math.min(Math.max(index, -1), people.peek().length - 1);
      selectedKey.value = people.peek()[position]?.key ?? null;
      return position;
    },
  };
}
