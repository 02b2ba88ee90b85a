/** The selected person: chosen with the arrow keys, and kept while people arrive above and below. */

import { computed, effect, signal } from "@preact/signals";
import { people, searchText } from "./lookup.ts";
import { chosenProfile } from "./profiles.ts";

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

/** Begin every search without a selected person. */
export function startSelection(): () => void {
  return effect(() => {
    void [searchText.value, chosenProfile.value];
    selectedKey.value = null;
  });
}
