/** The forms that are open, one for each list of contacts; they stay when the session ends or the page changes. */

import { signal } from "@preact/signals";
import { type Failure, isConflict, requestJson } from "../api.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { texts } from "../language.ts";
import { notice } from "../notices.ts";
import { bodyOf, type Contact, contactName, isSame, parseContact } from "./contact.ts";
import { type ContactBook, mayDo } from "./contact-book.ts";
import { type Draft, draftFields, findProblem, isChanged, newDraft, type Problem, rebased } from "./draft.ts";

/** By the paths of the lists. */
const drafts = signal<ReadonlyMap<string, Draft>>(new Map());

export function draftOf(book: ContactBook): Draft | undefined {
  return drafts.value.get(book.path);
}

export function setDraft(book: ContactBook, draft: Draft | null): void {
  const changed = new Map(drafts.peek());
  if (draft) changed.set(book.path, draft);
  else changed.delete(book.path);
  drafts.value = changed;
}

export function forgetDrafts(): void {
  drafts.value = new Map();
}

/** Open the form of a contact, or of a new one. */
export function edit(book: ContactBook, contact: Contact | null): void {
  notice.value = null;
  const used = new Set(book.contacts.peek().flatMap(({ fields }) => [...fields.keys()]));
  setDraft(book, newDraft(contact, used));
}

/** Return whether something is typed that the daemon does not have. */
export function hasDrafts(): boolean {
  return [...drafts.peek().values()].some(isChanged);
}

/** Save the open form; return the contact that the daemon has now, null if the form stays open. */
export async function save(book: ContactBook): Promise<Contact | null> {
  const draft = drafts.peek().get(book.path);
  if (!draft || draft.isSaving) return null;
  const problem = findProblem(draft);
  if (problem) return fail(book, { ...draft, problem });
  setDraft(book, { ...draft, isSaving: true, problem: null });
  const newer = await changedElsewhere(book, draft);
  if (newer) return fail(book, newer);
  const answer = await requestJson({
    method: draft.contact ? "PUT" : "POST",
    path: draft.contact ? contactPath(book, draft.contact.id) : book.path,
    body: bodyOf(draftFields(draft)),
  });
  if (!answer.ok) return fail(book, afterFailure(draft, answer.failure));
  if (!drafts.peek().has(book.path)) return null;
  const contact = parseContact(answer.value);
  setDraft(book, null);
  const text = draft.contact ? texts.contacts.changed : texts.contacts.added;
  await book.put(contact);
  notice.value = { isFailure: false, text, name: contactName(contact) };
  return contact;
}

export function contactPath(book: ContactBook, id: string): string {
  return `${book.path}/${encodeURIComponent(id)}`;
}

function fail(book: ContactBook, draft: Draft): null {
  // Somebody else may have signed in meanwhile.
  if (drafts.peek().has(book.path)) setDraft(book, { ...draft, isSaving: false });
  return null;
}

/** Return the draft with what another window, or another person, has changed since the form was opened. */
async function changedElsewhere(book: ContactBook, draft: Draft): Promise<Draft | null> {
  if (!draft.contact || !mayDo(book, "read")) return null;
  const answer = await requestJson({ path: contactPath(book, draft.contact.id) });
  if (!answer.ok) return afterFailure(draft, answer.failure);
  const contact = parseContact(answer.value);
  return isSame(contact.fields, draft.contact.fields) ? null : rebased(draft, contact);
}

function afterFailure(draft: Draft, failure: Failure): Draft {
  // The next attempt adds it as a new one.
  if (failure.kind === "not-found" && draft.contact)
    return { ...draft, contact: null, problem: { kind: "gone" } };
  return { ...draft, problem: problemOf(failure) };
}

function problemOf(failure: Failure): Problem {
  if (isConflict(failure)) return { kind: "same" };
  return { kind: "failure", text: contactFailureText(failure), reason: reasonIn(failure) };
}
