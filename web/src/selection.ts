/** The selected person: chosen with the arrow keys, and kept while people arrive above and below. */

import { computed, signal } from "@preact/signals";
import { people } from "./lookup.ts";

const selectedKey = signal<string | null>(null);

/** -1 if nobody is selected, or the selected person is not in the list any more. */
export const selectedIndex = computed(() =>
  people.value.findIndex((person) => person.key === selectedKey.value),
);

/** Select a person and return the position; -1, before the first one, selects nobody. */
export function select(index: number): number {
  const last = people.peek().length - 1;
  const position = Math.min(Math.max(index, -1), last);
  selectedKey.value = people.peek()[position]?.key ?? null;
  return position;
}
