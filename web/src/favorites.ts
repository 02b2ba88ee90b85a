/** The favorites of the signed-in person in the chosen profile. */

import { computed, effect, signal } from "@preact/signals";
import { type Failure, requestJson } from "./api.ts";
import { nameOf } from "./columns.ts";
import { language } from "./language.ts";
import { parseTable, type Table } from "./lookup-answer.ts";
import { type Entry, type Person, withMark } from "./person.ts";
import { chosenProfile } from "./profiles.ts";
import { createList } from "./selection.ts";

export type Favorites = Table & {
  readonly state: "loading" | "done" | "failed";
  readonly failure: Failure | null;
};

export type Order = "name" | "source";

const EMPTY: Favorites = { state: "loading", columns: [], people: [], failure: null };
const collator = new Intl.Collator(language, { numeric: true });

export const favorites = signal<Favorites>(EMPTY);
export const favoriteOrder = signal<Order>("name");

/** Those that are favorites still: who was removed keeps the place until the page is shown again. */
export const favoritesList = createList(
  computed(() => favorites.value.columns),
  computed(() => {
    const { columns, people } = favorites.value;
    const kept = people.filter(({ entries }) => entries.some(({ isFavorite }) => isFavorite !== false));
    if (favoriteOrder.value === "source") return kept;
    const names = new Map(kept.map((person) => [person, nameOf(person, columns)]));
    const name = (person: Person) => names.get(person) ?? "";
    return kept.sort((one, other) => collator.compare(name(one), name(other)));
  }),
);

/** Load the favorites of the chosen profile, whenever it changes. */
export function loadFavorites(): () => void {
  let loading = new AbortController();
  const dispose = effect(() => {
    const profile = chosenProfile.value;
    loading.abort();
    loading = new AbortController();
    favorites.value = EMPTY;
    if (profile !== "") void load(profile, loading.signal);
  });
  return () => {
    loading.abort();
    dispose();
  };
}

/** Show that an entry is a favorite, or that it is none. */
export function markFavorite(entry: Entry, mark: boolean): void {
  const current = favorites.peek();
  favorites.value = { ...current, people: withMark(current.people, entry, mark) };
}

async function load(profile: string, signal: AbortSignal): Promise<void> {
  const path = `0.1/directories/favorites/${encodeURIComponent(profile)}`;
  const answer = await requestJson({ path, signal });
  if (signal.aborted) return;
  favorites.value = answer.ok
    ? { state: "done", failure: null, ...parseTable(answer.value) }
    : { ...EMPTY, state: "failed", failure: answer.failure };
}
