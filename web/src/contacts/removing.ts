/** Removing contacts: shown at once, sent at once; what was removed comes back if it fails, or is wanted back. */

import { type Answer, type Failure, isConflict, request, requestJson } from "../api.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { counted, texts } from "../language.ts";
import { notice } from "../notices.ts";
import { type Contact, contactName, parseContact } from "./contact.ts";
import type { ContactBook } from "./contact-book.ts";
import { contactPath } from "./editing.ts";

/** One change after the other, so that a contact is removed before it is restored. */
let lastChange: Promise<unknown> = Promise.resolve();

export async function remove(book: ContactBook, contact: Contact): Promise<void> {
  const name = contactName(contact);
  book.take(contact.id);
  notice.value = {
    isFailure: false,
    text: texts.contacts.removed,
    name,
    undo: () => void restore(book, contact),
  };
  const answer = await inTurn(() => request({ method: "DELETE", path: contactPath(book, contact.id) }));
  // Another window may have removed it meanwhile.
  if (answer.ok || answer.failure.kind === "not-found") return;
  await book.put(contact);
  notice.value = failureNotice(texts.contacts.notRemoved, name, answer.failure);
}

/** Remove all contacts, and say how many; return why that failed, null if it has not. */
export async function removeAll(book: ContactBook, count: number): Promise<Failure | null> {
  const answer = await inTurn(() => request({ method: "DELETE", path: book.path }));
  if (!answer.ok) return answer.failure;
  await book.reload();
  notice.value = { isFailure: false, text: counted(texts.contacts.cleared, count) };
  return null;
}

async function restore(book: ContactBook, contact: Contact): Promise<void> {
  notice.value = null;
  const answer = await inTurn(() => requestJson({ method: "POST", path: book.path, body: contact.stored }));
  if (answer.ok) return await book.put(parseContact(answer.value));
  const name = contactName(contact);
  if (!isConflict(answer.failure)) {
    notice.value = failureNotice(texts.contacts.notRestored, name, answer.failure);
    return;
  }
  // Another window has added it again.
  await book.reload();
  notice.value = { isFailure: true, text: `${texts.contacts.notRestored} ${texts.editor.same}`, name };
}

async function inTurn<T>(change: () => Promise<Answer<T>>): Promise<Answer<T>> {
  const answer = lastChange.then(change);
  lastChange = answer;
  return await answer;
}

function failureNotice(text: string, name: string, failure: Failure) {
  const reason = reasonIn(failure);
  return { isFailure: true, text: `${text} ${contactFailureText(failure)}`, name, reason };
}
