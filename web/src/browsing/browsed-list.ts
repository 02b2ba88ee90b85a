/** All people of the profile in an order, as far as they have been loaded. */

import { computed, signal } from "@preact/signals";
import type { Failure } from "../api.ts";
import type { Outcome } from "../lookup-answer.ts";
import { type Entry, withMark } from "../person.ts";
import { createList } from "../selection.ts";
import type { GroupsAnswer } from "./answer.ts";
import { START } from "./place.ts";
import { noRows, type Rows } from "./rows.ts";

/** Further rows begin a list of their own, as the window of the browser would become slow. */
export const MAX_ROWS = 2000;

export type Browsing = {
  readonly state: "loading" | "done" | "failed";
  readonly rows: Rows;
  /** The rows are those of the former place. */
  readonly isStale: boolean;
  readonly failure: Failure | null;
};

const NOTHING: Browsing = { state: "loading", rows: noRows(START), isStale: false, failure: null };

export const browsing = signal<Browsing>(NOTHING);

/** The groups of the whole list; null until they are known. */
export const groups = signal<GroupsAnswer | null>(null);

/** Sources are late, and the page does not ask again by itself. */
export const hasGivenUp = signal(false);

export const browsedList = createList(
  computed(() => browsing.value.rows.columns),
  computed(() => browsing.value.rows.people),
);

export const isFull = computed(() => browsedList.people.value.length >= MAX_ROWS);

export const hasMore = computed(() => {
  const { state, rows, failure } = browsing.value;
  return state === "done" && rows.next !== null && !failure && !isFull.value;
});

/** What became of each source: whether it lacks in the rows, or in the groups only. */
export const outcomes = computed((): readonly Outcome[] => {
  const ofRows = browsing.value.rows.outcomes;
  const ofGroups = groups.value?.outcomes ?? [];
  const merged = ofRows.map((outcome) =>
    outcome.status === "ok" ? (ofGroups.find(({ source }) => source === outcome.source) ?? outcome) : outcome,
  );
  return ofRows.length > 0 ? merged : ofGroups;
});

/** Show that an entry is a favorite, or that it is none. */
export function markBrowsed(entry: Entry, mark: boolean): void {
  const current = browsing.peek();
  const people = withMark(current.rows.people, entry, mark);
  browsing.value = { ...current, rows: { ...current.rows, people } };
}

export function forgetBrowsing(): void {
  browsing.value = NOTHING;
  groups.value = null;
  hasGivenUp.value = false;
}
