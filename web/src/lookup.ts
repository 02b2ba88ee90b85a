/** The search: what was typed, and what has been found so far. */

import { computed, effect, signal } from "@preact/signals";
import type { Failure } from "./api.ts";
import type { Group, Outcome } from "./lookup-answer.ts";
import { type Question, readLookup } from "./lookup-request.ts";
import { mergedPeople, type Position } from "./merging.ts";
import { type Entry, withMark } from "./person.ts";
import { chosenProfile } from "./profiles.ts";
import { createList } from "./selection.ts";

/** How long the people of the former term stay while no source has answered; less would flicker. */
const STALE_MILLISECONDS = 250;

export type Lookup = {
  readonly state: "idle" | "running" | "done" | "failed";
  readonly term: string;
  /** What the groups answer. */
  readonly question: Question;
  readonly questionTerm: string;
  readonly groups: readonly Group[];
  /** The results that are one person; known when every source has answered. */
  readonly samePeople: readonly (readonly Position[])[];
  /** The groups are those of the former term. */
  readonly isStale: boolean;
  /** In the order of the profile; empty until every source has answered. */
  readonly outcomes: readonly Outcome[];
  readonly failure: Failure | null;
};

const NOTHING = { question: "term", questionTerm: "", groups: [], samePeople: [], isStale: false } as const;
const IDLE: Lookup = { ...NOTHING, state: "idle", term: "", outcomes: [], failure: null };

/** The text of the search field. */
export const searchText = signal("");
export const lookup = signal<Lookup>(IDLE);
export const people = computed(() => mergedPeople(lookup.value.groups, lookup.value.samePeople));
export const foundList = createList(
  computed(() => lookup.value.groups[0]?.columns ?? []),
  people,
);

let running = new AbortController();

/** The order of sources of each profile, as the last complete answer had it. */
const knownOrders = new Map<string, readonly string[]>();

/** Look up whenever the text or the profile changes, and forget what the former one is still waiting for. */
export function startLookups(): () => void {
  return effect(() => {
    const [profile, term] = [chosenProfile.value, searchText.value.trim()];
    running.abort();
    running = new AbortController();
    const former = lookup.peek();
    if (term === "" || profile === "") {
      lookup.value = term === "" ? IDLE : { ...IDLE, state: "running", term };
      return;
    }
    const isStale = former.groups.length > 0;
    lookup.value = { ...former, state: "running", term, isStale, outcomes: [], failure: null };
    void run(profile, term, running.signal);
  });
}

/** Begin every search without a selected person. */
export function startSelection(): () => void {
  return effect(() => {
    void [searchText.value, chosenProfile.value];
    foundList.select(-1);
  });
}

/** Show that an entry is a favorite, or that it is none. */
export function markFound(entry: Entry, mark: boolean): void {
  const current = lookup.peek();
  const groups = current.groups.map((group) => ({ ...group, people: withMark(group.people, entry, mark) }));
  lookup.value = { ...current, groups };
}

async function run(profile: string, term: string, signal: AbortSignal): Promise<void> {
  const timer = setTimeout(() => signal.aborted || dropStale(), STALE_MILLISECONDS);
  const ending = await readLookup(profile, term, signal, (group, question) =>
    addGroup(profile, group, question),
  );
  clearTimeout(timer);
  if (signal.aborted) return;
  const current = withoutStale(lookup.peek());
  if (ending.kind === "failed") {
    lookup.value = { ...current, state: "failed", failure: ending.failure };
    return;
  }
  const { outcomes, samePeople } = ending;
  const order = outcomes.map((outcome) => outcome.source);
  knownOrders.set(profile, order);
  lookup.value = { ...current, state: "done", outcomes, samePeople, groups: inOrder(current.groups, order) };
}

function addGroup(profile: string, group: Group, question: Question): void {
  if (group.people.length === 0) return;
  const current = withoutStale(lookup.peek());
  const others = current.groups.filter((other) => other.source !== group.source);
  const groups = inOrder([...others, group], knownOrders.get(profile) ?? []);
  lookup.value = { ...current, question, questionTerm: current.term, groups };
}

function dropStale(): void {
  lookup.value = withoutStale(lookup.peek());
}

function withoutStale(current: Lookup): Lookup {
  return current.isStale ? { ...current, ...NOTHING } : current;
}

/** Return groups in the order of the profile; unknown sources stay behind, in the order in which they came. */
function inOrder(groups: readonly Group[], order: readonly string[]): readonly Group[] {
  const position = (group: Group) => {
    const index = order.indexOf(group.source);
    return index < 0 ? order.length : index;
  };
  return [...groups].sort((one, other) => position(one) - position(other));
}
