/** What the signed-in person may do. Nothing is offered that would be refused. */

import { signal } from "@preact/signals";
import { requestJson } from "./api.ts";
import { objectOf } from "./json.ts";
import { csrfToken } from "./session-state.ts";

/** How many the daemon answers at once. */
const MAX_ACLS = 100;

const answers = signal<ReadonlyMap<string, boolean>>(new Map());

const waiting = new Set<string>();
let isAsking = false;

/** Return an ACL with names in it; their dots are underscores there: acl`dird.directories.lookup.${profile}.read`. */
export function acl(texts: TemplateStringsArray, ...names: readonly string[]): string {
  return texts.reduce((start, text, index) => start + (names[index - 1] ?? "").replaceAll(".", "_") + text);
}

/** Return whether an ACL is granted; null while that is unknown. */
export function isGranted(name: string): boolean | null {
  return answers.value.get(name) ?? null;
}

/** Ask whether ACLs are granted, those that come while an answer is on its way together afterwards. */
export async function askPermissions(acls: readonly string[]): Promise<void> {
  for (const name of acls) if (!answers.peek().has(name)) waiting.add(name);
  if (isAsking) return;
  isAsking = true;
  for (let session = csrfToken(); session !== null && waiting.size > 0; session = csrfToken()) {
    const asked = [...waiting];
    const found = await permissions(asked);
    // The answer may be that of a session which has ended meanwhile.
    if (csrfToken() !== session) continue;
    for (const name of asked) waiting.delete(name);
    answers.value = new Map([...answers.peek(), ...asked.map((name) => [name, found.has(name)] as const)]);
  }
  isAsking = false;
}

export function forgetPermissions(): void {
  waiting.clear();
  answers.value = new Map();
}

/** Return which ACLs are granted; none of those without an answer. */
export async function permissions(acls: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let start = 0; start < acls.length; start += MAX_ACLS) {
    const asked = acls.slice(start, start + MAX_ACLS);
    const answer = await requestJson({
      method: "POST",
      path: "0.1/session/permissions",
      body: { acls: asked },
    });
    const granted = answer.ok ? objectOf(objectOf(answer.value).acls) : {};
    for (const name of asked) if (granted[name] === true) found.add(name);
  }
  return found;
}
