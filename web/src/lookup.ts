/** The search: what was typed, and what has been found so far. */

import { computed, effect, signal } from "@preact/signals";
import { type Failure, request } from "./api.ts";
import { type Group, type Outcome, parseLine } from "./lookup-answer.ts";
import { readLines } from "./ndjson.ts";
import { chosenProfile } from "./profiles.ts";

const MAX_PEOPLE = 200;

/** How long the people of the former term stay while no source has answered; less would flicker. */
const STALE_MILLISECONDS = 250;

export type Lookup = {
  readonly state: "idle" | "running" | "done" | "failed";
  readonly term: string;
  readonly groups: readonly Group[];
  /** The groups are those of the former term. */
  readonly isStale: boolean;
  /** In the order of the profile; empty until every source has answered. */
  readonly outcomes: readonly Outcome[];
  readonly failure: Failure | null;
};

const IDLE: Lookup = { state: "idle", term: "", groups: [], isStale: false, outcomes: [], failure: null };

/** The text of the search field. */
export const searchText = signal("");
export const lookup = signal<Lookup>(IDLE);
export const people = computed(() => lookup.value.groups.flatMap((group) => group.people));
export const columns = computed(() => lookup.value.groups[0]?.columns ?? []);

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
    lookup.value = { ...IDLE, state: "running", term, groups: former.groups, isStale };
    void run(profile, term, running.signal);
  });
}

async function run(profile: string, term: string, signal: AbortSignal): Promise<void> {
  const timer = setTimeout(() => signal.aborted || dropStale(), STALE_MILLISECONDS);
  const failure = await readAnswer(profile, term, signal).catch(
    (): Failure => ({ kind: "unreachable" }), // The connection broke in the middle of the answer.
  );
  clearTimeout(timer);
  if (!signal.aborted && failure) lookup.value = { ...withoutStale(lookup.peek()), state: "failed", failure };
}

async function readAnswer(profile: string, term: string, signal: AbortSignal): Promise<Failure | null> {
  const query = new URLSearchParams({ term, limit: String(MAX_PEOPLE) });
  const path = `0.1/directories/lookup/${encodeURIComponent(profile)}?${query}`;
  const answer = await request({ path, accept: "application/x-ndjson", signal });
  if (!answer.ok) return answer.failure;
  if (!answer.value.body) return { kind: "broken", status: answer.value.status };
  for await (const value of readLines(answer.value.body)) {
    if (signal.aborted) return null;
    const line = parseLine(value);
    if (line?.kind === "group") addGroup(profile, line.group);
    if (line?.kind === "closing") return finish(profile, line.outcomes);
  }
  return { kind: "unreachable" };
}

function addGroup(profile: string, group: Group): void {
  if (group.people.length === 0) return;
  const current = withoutStale(lookup.peek());
  // A source that was asked for similar texts, too, answers twice.
  const others = current.groups.filter((other) => other.source !== group.source);
  lookup.value = { ...current, groups: inOrder([...others, group], knownOrders.get(profile) ?? []) };
}

function finish(profile: string, outcomes: readonly Outcome[]): null {
  const order = outcomes.map((outcome) => outcome.source);
  knownOrders.set(profile, order);
  const current = withoutStale(lookup.peek());
  lookup.value = { ...current, state: "done", outcomes, groups: inOrder(current.groups, order) };
  return null;
}

function dropStale(): void {
  lookup.value = withoutStale(lookup.peek());
}

function withoutStale(current: Lookup): Lookup {
  return current.isStale ? { ...current, groups: [], isStale: false } : current;
}

/** Return groups in the order of the profile; unknown sources stay behind, in the order in which they came. */
function inOrder(groups: readonly Group[], order: readonly string[]): readonly Group[] {
  const position = (group: Group) => {
    const index = order.indexOf(group.source);
    return index < 0 ? order.length : index;
  };
  return [...groups].sort((one, other) => position(one) - position(other));
}
