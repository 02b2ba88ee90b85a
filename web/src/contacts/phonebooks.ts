/** The phonebooks of the tenant. */

import { signal } from "@preact/signals";
import { type Failure, request, requestJson } from "../api.ts";
import { arrayOf, objectOf, textOf } from "../json.ts";
import { acl, askPermissions, isGranted } from "../permissions.ts";
import { type BookState, LOADING } from "./contact-book.ts";

export type Phonebook = { readonly uuid: string; readonly name: string; readonly description: string };

export const PHONEBOOKS_ACL = "dird.phonebooks.read";
const ADDING_ACL = "dird.phonebooks.create";
const PATH = "0.1/phonebooks";

export const phonebooks = signal<readonly Phonebook[]>([]);
export const phonebooksState = signal<BookState>(LOADING);

/** Aborted when somebody else signs in. */
let loading = new AbortController();

export function forgetPhonebooks(): void {
  loading.abort();
  loading = new AbortController();
  phonebooks.value = [];
  phonebooksState.value = LOADING;
}

/** Load the list; `wanted` is a phonebook that may be newer than the known one. */
export async function loadPhonebooks(wanted: string | null = null): Promise<void> {
  void askPermissions([ADDING_ACL]);
  const isKnown = phonebooks.peek().some(({ uuid }) => uuid === wanted);
  if (wanted !== null && !isKnown) phonebooksState.value = LOADING;
  const { signal } = loading;
  const answer = await requestJson({ path: `${PATH}?order=name`, signal });
  if (signal.aborted) return;
  if (answer.ok) phonebooks.value = arrayOf(objectOf(answer.value).items).map(parsePhonebook);
  phonebooksState.value = { kind: answer.ok ? "done" : "failed", failure: answer.ok ? null : answer.failure };
}

export function mayAddPhonebook(): boolean {
  return isGranted(ADDING_ACL) === true;
}

/** Ask what may be done with a phonebook. */
export function askPhonebookRights(uuid: string): void {
  void askPermissions(["update", "delete", "contacts.read"].map((right) => phonebookAcl(uuid, right)));
}

/** Return whether a phonebook may be renamed or deleted, or its contacts may be read; null while that is unknown. */
export function isPhonebookAllowed(
  uuid: string,
  right: "update" | "delete" | "contacts.read",
): boolean | null {
  return isGranted(phonebookAcl(uuid, right));
}

/** Add a phonebook, or change the one with this uuid; return why that failed. */
export async function savePhonebook(
  uuid: string | null,
  name: string,
  description: string,
): Promise<Failure | null> {
  const answer = await requestJson({
    method: uuid === null ? "POST" : "PUT",
    path: uuid === null ? PATH : pathOf(uuid),
    body: { name, description: description === "" ? null : description },
  });
  if (!answer.ok) return answer.failure;
  await loadPhonebooks();
  return null;
}

/** Delete a phonebook, which stays in the list until `takePhonebook`; return why that failed. */
export async function removePhonebook(uuid: string): Promise<Failure | null> {
  const answer = await request({ method: "DELETE", path: pathOf(uuid) });
  // Another window may have deleted it meanwhile.
  return answer.ok || answer.failure.kind === "not-found" ? null : answer.failure;
}

export function takePhonebook(uuid: string): void {
  phonebooks.value = phonebooks.peek().filter((phonebook) => phonebook.uuid !== uuid);
}

/** Return how many contacts a phonebook has; null if that is not known. */
export async function countContacts(uuid: string): Promise<number | null> {
  if (isPhonebookAllowed(uuid, "contacts.read") !== true) return null;
  const answer = await requestJson({ path: `${pathOf(uuid)}/contacts?limit=1` });
  const total = answer.ok ? objectOf(answer.value).total : null;
  return typeof total === "number" ? total : null;
}

function pathOf(uuid: string): string {
  return `${PATH}/${encodeURIComponent(uuid)}`;
}

function phonebookAcl(uuid: string, right: string): string {
  return `${acl`dird.phonebooks.${uuid}`}.${right}`;
}

function parsePhonebook(value: unknown): Phonebook {
  const { uuid, name, description } = objectOf(value);
  return { uuid: textOf(uuid), name: textOf(name), description: textOf(description) };
}
