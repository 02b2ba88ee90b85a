/** What the signed-in person may do. Nothing is offered that would be refused. */

import { signal } from "@preact/signals";
import { requestJson } from "./api.ts";
import { objectOf } from "./json.ts";
import { csrfToken } from "./session-state.ts";

/** How many the daemon answers at once. */
const MAX_ACLS = 100;

const answers = signal<ReadonlyMap<string, boolean>>(new Map());

const waiting = new Set<string>();
const sent = new Set<string>();

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
  for (const name of acls) if (!answers.peek().has(name) && !sent.has(name)) waiting.add(name);
  while (sent.size === 0 && waiting.size > 0) {
    for (const name of waiting) sent.add(name);
    waiting.clear();
    const session = csrfToken();
    const found = await permissions([...sent]);
    sent.clear();
    // Without an answer, they are asked for again at the next occasion.
    if (csrfToken() === session) answers.value = new Map([...answers.peek(), ...found]);
  }
}

export function forgetPermissions(): void {
  answers.value = new Map();
}

/** Return which ACLs are granted; those without an answer are missing. */
export async function permissions(acls: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  const found = new Map<string, boolean>();
  for (let start = 0; start < acls.length; start += MAX_ACLS) {
    const asked = acls.slice(start, start + MAX_ACLS);
    const answer = await requestJson({
      method: "POST",
      path: "0.1/session/permissions",
      body: { acls: asked },
    });
    if (!answer.ok) continue;
    const granted = objectOf(objectOf(answer.value).acls);
    for (const name of asked) found.set(name, granted[name] === true);
  }
  return found;
}
