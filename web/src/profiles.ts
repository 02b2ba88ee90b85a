/** The profiles in which the signed-in person may search, and the chosen one. */

import { signal } from "@preact/signals";
import { requestJson } from "./api.ts";
import { arrayOf, objectOf, textOf } from "./json.ts";
import { acl, permissions } from "./permissions.ts";
import { readStored, store } from "./storage.ts";

const DEFAULT_PROFILE = "default";
const LIST_ACL = "dird.profiles.read";
const STORED = "profile";

export const profiles = signal<readonly string[]>([]);

/** Empty until the profiles are known. */
export const chosenProfile = signal("");

export async function loadProfiles(): Promise<void> {
  const names = await searchableProfiles();
  profiles.value = names;
  const wanted = [chosenProfile.peek(), readStored(STORED), DEFAULT_PROFILE, names[0]];
  chosenProfile.value = wanted.find((name) => name && names.includes(name)) ?? DEFAULT_PROFILE;
}

/** Choose a profile, also for the next visit. */
export function chooseProfile(name: string): void {
  chosenProfile.value = name;
  store(STORED, name);
}

export function forgetProfiles(): void {
  profiles.value = [];
  chosenProfile.value = "";
}

async function searchableProfiles(): Promise<readonly string[]> {
  // Asked first, since 401 for a missing permission looks like the end of the session.
  if (!(await permissions([LIST_ACL])).has(LIST_ACL)) return [DEFAULT_PROFILE];
  const answer = await requestJson({ path: "0.1/profiles" });
  if (!answer.ok) return [DEFAULT_PROFILE];
  const items = arrayOf(objectOf(answer.value).items);
  const names = items.map((item) => textOf(objectOf(item).name)).filter((name) => name !== "");
  if (names.length < 2) return names;
  const permitted = await permissions(names.map(lookupAcl));
  return names.filter((name) => permitted.has(lookupAcl(name)));
}

/** Return the ACL of searching and browsing in a profile. */
export function lookupAcl(profile: string): string {
  return acl`dird.directories.lookup.${profile}.read`;
}
