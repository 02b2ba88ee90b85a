/** Adding and removing favorites: shown at once, and undone if the daemon refuses. */

import { type Answer, isConflict, request } from "./api.ts";
import { markBrowsed } from "./browsing/browsed-list.ts";
import { mayMark } from "./favorite-rights.ts";
import { markFavorite } from "./favorites.ts";
import { texts } from "./language.ts";
import { markFound } from "./lookup.ts";
import { notice } from "./notices.ts";
import type { Entry, Person } from "./person.ts";

/** The changes are sent one after the other, so that the last one of an entry is the one that stays. */
let lastChange: Promise<unknown> = Promise.resolve();

/** Return the entries of a person whose mark changes when the person becomes a favorite, or is none any more. */
export function entriesToMark(person: Person, mark: boolean): readonly Entry[] {
  const changeable = person.entries.filter((entry) => mayMark(entry, mark));
  return mark ? changeable.slice(0, 1) : changeable.filter((entry) => entry.isFavorite === true);
}

export async function changeFavorite(entries: readonly Entry[], name: string, mark: boolean): Promise<void> {
  for (const entry of entries) show(entry, mark);
  const undo = () => void changeFavorite(entries, name, true);
  notice.value = mark ? null : { isFailure: false, text: texts.favorites.removed, name, undo };
  const change = lastChange.then(() => Promise.all(entries.map((entry) => send(entry, mark))));
  lastChange = change;
  const failed = (await change).flatMap((isDone, index) => (isDone ? [] : (entries[index] ?? [])));
  if (failed.length === 0) return;
  for (const entry of failed) show(entry, !mark);
  const text = mark ? texts.favorites.notAdded : texts.favorites.notRemoved;
  notice.value = { isFailure: true, text, name };
}

function show(entry: Entry, mark: boolean): void {
  markFound(entry, mark);
  markBrowsed(entry, mark);
  markFavorite(entry, mark);
}

async function send(entry: Entry, mark: boolean): Promise<boolean> {
  const names = [entry.source, entry.id ?? ""].map(encodeURIComponent);
  const path = `0.1/directories/favorites/${names.join("/")}`;
  return isDone(await request({ method: mark ? "PUT" : "DELETE", path }), mark);
}

function isDone(answer: Answer<Response>, mark: boolean): boolean {
  if (answer.ok) return true;
  const { failure } = answer;
  // Another tab may have changed it meanwhile.
  return mark ? isConflict(failure) : failure.kind === "not-found";
}
