/** Load the list at its place, further rows as one scrolls, and sources that were late. */

import { effect, signal, untracked } from "@preact/signals";
import type { Failure } from "../api.ts";
import { shownColumns } from "../columns.ts";
import { chosenProfile } from "../profiles.ts";
import { pageRoute, partsOf, routeParts } from "../route.ts";
import { type GroupKind, lateCount } from "./answer.ts";
import {
  browsedList,
  browsing,
  forgetBrowsing,
  groups,
  hasGivenUp,
  hasMore,
  outcomes,
} from "./browsed-list.ts";
import { BROWSE_ROUTE, type Place, placeLink, placeOf, START, startLink } from "./place.ts";
import { readAgain } from "./reading-again.ts";
import { readGroups, readNext, STEP } from "./requests.ts";
import { noRows, type Rows } from "./rows.ts";
import { visibleAfter } from "./visible-after.ts";

/** After which a late source is asked again, as long as it is late. */
const PAUSES_MILLISECONDS = [1000, 2000, 4000, 8000, 15_000, 30_000];

type List = { readonly profile: string; readonly place: Place; readonly signal: AbortSignal };

/** What is loaded now, or was loaded last. */
let current: List = { profile: "", place: START, signal: AbortSignal.abort() };
let isBusy = false;
let isWaiting = false;

/** Where the list begins, as the address has it. */
export const place = signal<Place>(current.place);

/** The text of the field, which the address has as soon as the browser has noticed. */
export const beginText = signal("");

/** Begin the list at a text; the back button leads to what was before all of the text. */
export function beginAt(text: string): void {
  beginText.value = text;
  // The signal of the address is later than the next keystroke of who types fast.
  const { by, from } = placeOf(partsOf(location.hash));
  const link = placeLink({ by, from: text, after: "" });
  if (from === "") location.hash = link;
  else location.replace(link);
}

/** Load what is in the address, whenever it or the profile changes, until the returned function is called. */
export function followBrowsing(): () => void {
  let running = new AbortController();
  groups.value = null;
  const dispose = effect(() => {
    const [profile, wanted] = [chosenProfile.value, placeOf(routeParts.value)];
    // The address of the next page is there before this one is left.
    if (pageRoute.value !== BROWSE_ROUTE) return;
    running.abort();
    running = new AbortController();
    untracked(() => begin({ profile, place: wanted, signal: running.signal }));
  });
  return () => {
    running.abort();
    dispose();
  };
}

/** Load the list again, or what comes next if only that could not be loaded. */
export function retry(): void {
  if (browsing.peek().state !== "done") {
    begin(current);
    return;
  }
  browsing.value = { ...browsing.peek(), failure: null };
  void showMore();
}

/** Load the list from its place again. */
export function reload(): void {
  begin(current);
}

/** Load the next rows. */
export async function showMore(): Promise<void> {
  const { rows, state } = browsing.peek();
  if (isBusy || state !== "done" || !hasMore.peek()) return;
  const { profile, signal } = current;
  isBusy = true;
  const answer = await readNext(profile, rows, { kind: kind(), limit: STEP }, signal);
  if (signal.aborted) return;
  isBusy = false;
  if (answer.ok) showRows(answer.value);
  else browsing.value = { ...browsing.peek(), failure: answer.failure };
  void waitForLate(current);
}

/** Ask sources that were late again, now. */
export function askLateAgain(): void {
  hasGivenUp.value = false;
  void waitForLate(current);
}

function begin(list: List): void {
  const { profile, place: former } = current;
  current = list;
  place.value = list.place;
  beginText.value = list.place.from;
  isBusy = false;
  isWaiting = false;
  browsedList.select(-1);
  scrollTo(0, 0);
  if (list.profile !== profile) forgetBrowsing();
  if (list.place.by !== former.by) groups.value = null;
  hasGivenUp.value = false;
  const before = browsing.peek();
  browsing.value = { ...before, state: "loading", isStale: before.rows.people.length > 0, failure: null };
  if (list.profile !== "") void load(list);
}

async function load(list: List): Promise<void> {
  const { profile, place, signal } = list;
  const known = wantedKind(place.by);
  const reading = groups.peek() ? null : loadGroups(list, known);
  if (known === null) await reading;
  if (signal.aborted) return;
  const options = { kind: known ?? kind(), limit: STEP };
  const answer = await readNext(profile, noRows(place), options, signal);
  if (signal.aborted) return;
  if (answer.ok) showRows(answer.value);
  else fail(answer.failure);
  await reading;
  void waitForLate(list);
}

async function loadGroups({ profile, place, signal }: List, kind: GroupKind | null): Promise<void> {
  const answer = await readGroups(profile, place.by, kind, signal);
  // Without them the list is loaded all the same, and says what is wrong.
  if (!signal.aborted) groups.value = answer.ok ? answer.value : null;
}

function showRows(rows: Rows): void {
  browsing.value = { state: "done", rows, isStale: false, failure: null };
}

function fail(failure: Failure): void {
  // A field or a cursor of another display, or of an old bookmark.
  if (failure.kind === "refused" && location.hash !== startLink("")) location.replace(startLink(""));
  else browsing.value = { state: "failed", rows: noRows(START), isStale: false, failure };
}

/** Return by what the list is divided; null if the number of people with the same text decides. */
function wantedKind(by: string): GroupKind | null {
  if (by === "") return "initials";
  const { columns, fields } = browsing.peek().rows;
  const column = shownColumns(columns).find(({ index }) => fields[index] === by);
  if (column && column.kind !== "text") return "initials";
  return groups.peek()?.kind ?? null;
}

function kind(): GroupKind {
  return groups.peek()?.kind ?? "initials";
}

/** Ask sources that are late again, with growing pauses, and show the list with them. */
async function waitForLate(list: List): Promise<void> {
  const { profile, place, signal } = list;
  if (isWaiting || hasGivenUp.peek() || lateCount(outcomes.peek()) === 0) return;
  isWaiting = true;
  for (const pause of PAUSES_MILLISECONDS) {
    await visibleAfter(pause, signal);
    if (signal.aborted) return;
    const answer = await readGroups(profile, place.by, wantedKind(place.by), signal);
    if (signal.aborted) return;
    if (!answer.ok || lateCount(answer.value.outcomes) >= lateCount(outcomes.peek())) continue;
    groups.value = answer.value;
    await refill(list);
    if (signal.aborted) return;
    if (lateCount(outcomes.peek()) === 0) break;
  }
  isWaiting = false;
  hasGivenUp.value = lateCount(outcomes.peek()) > 0;
}

/** Show the rows again, with those of sources that were late. */
async function refill({ profile, place, signal }: List): Promise<void> {
  isBusy = true;
  const rows = await readAgain({ profile, kind: kind(), signal }, place);
  if (signal.aborted) return;
  isBusy = false;
  if (rows) showRows(rows);
}
