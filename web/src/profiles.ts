/** The profiles in which the signed-in person may search, and the chosen one. */

import { signal } from "@preact/signals";
import { requestJson } from "./api.ts";
import { arrayOf, objectOf, textOf } from "./json.ts";

const DEFAULT_PROFILE = "default";
const LIST_ACL = "dird.profiles.read";

/** How many the daemon answers at once. */
const MAX_ACLS = 100;

export const profiles = signal<readonly string[]>([]);

/** Empty until the profiles are known. */
export const chosenProfile = signal("");

export async function loadProfiles(): Promise<void> {
  const names = await searchableProfiles();
  profiles.value = names;
  if (names.includes(chosenProfile.peek())) return;
  chosenProfile.value = names.includes(DEFAULT_PROFILE) ? DEFAULT_PROFILE : (names[0] ?? DEFAULT_PROFILE);
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

function lookupAcl(profile: string): string {
  return `dird.directories.lookup.${profile}.read`;
}

async function permissions(acls: readonly string[]): Promise<ReadonlySet<string>> {
  const granted = new Set<string>();
  for (let start = 0; start < acls.length; start += MAX_ACLS) {
    const asked = acls.slice(start, start + MAX_ACLS);
    const answer = await requestJson({
      method: "POST",
      path: "0.1/session/permissions",
      body: { acls: asked },
    });
    const answers = answer.ok ? objectOf(objectOf(answer.value).acls) : {};
    for (const acl of asked.filter((name) => answers[name] === true)) granted.add(acl);
  }
  return granted;
}
