/** Which favorites may be added and removed: asked for with one entry of each source. */

import { effect } from "@preact/signals";
import { browsedList } from "./browsing/browsed-list.ts";
import { favoritesList } from "./favorites.ts";
import { people } from "./lookup.ts";
import { acl, askPermissions, isGranted } from "./permissions.ts";
import type { Entry } from "./person.ts";
import { sessionState } from "./session-state.ts";

/** The id of an entry of each source. */
const samples = new Map<string, string>();

/** Return whether the mark of an entry may be changed. */
export function mayMark(entry: Entry, mark: boolean): boolean {
  const state = sessionState.value;
  const isPermitted = isGranted(mark ? addingAcl(entry.source) : removingAcl(entry.source));
  const hasUser = state.kind === "signed-in" && state.session.userUuid !== null;
  return hasUser && entry.id !== null && entry.isFavorite !== null && isPermitted === true;
}

/** Ask for the rights of every source that has a person in a list. */
export function startFavoriteRights(): () => void {
  return effect(() => {
    const lists = [people.value, favoritesList.people.value, browsedList.people.value];
    const entries = lists.flat().flatMap((person) => person.entries);
    const sources = new Set<string>();
    for (const { source, id, isFavorite } of entries) {
      if (id === null || isFavorite === null) continue;
      sources.add(source);
      if (!samples.has(source)) samples.set(source, id);
    }
    void askPermissions([...sources].flatMap((source) => [addingAcl(source), removingAcl(source)]));
  });
}

function addingAcl(source: string): string {
  return acl`dird.directories.favorites.${source}.${samples.get(source) ?? ""}.update`;
}

function removingAcl(source: string): string {
  return acl`dird.directories.favorites.${source}.${samples.get(source) ?? ""}.delete`;
}
