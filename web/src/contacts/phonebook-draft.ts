/** What is typed into the form of a phonebook, until the daemon has it; it stays when the session ends. */

import { signal } from "@preact/signals";
import type { Failure } from "../api.ts";
import { texts } from "../language.ts";
import { notice } from "../notices.ts";
import { type Phonebook, savePhonebook } from "./phonebooks.ts";

export type PhonebookDraft = {
  /** Null for a new one. */
  readonly phonebook: Phonebook | null;
  readonly name: string;
  readonly description: string;
  readonly failure: Failure | "no-name" | null;
  readonly isSaving: boolean;
};

export const phonebookDraft = signal<PhonebookDraft | null>(null);

export function editPhonebook(phonebook: Phonebook | null): void {
  const { name = "", description = "" } = phonebook ?? {};
  phonebookDraft.value = { phonebook, name, description, failure: null, isSaving: false };
}

export function isPhonebookChanged({ phonebook, name, description }: PhonebookDraft): boolean {
  return name !== (phonebook?.name ?? "") || description !== (phonebook?.description ?? "");
}

export async function saveDraft(): Promise<void> {
  const draft = phonebookDraft.peek();
  if (!draft || draft.isSaving) return;
  const name = draft.name.trim();
  if (name === "") {
    phonebookDraft.value = { ...draft, failure: "no-name" };
    return;
  }
  phonebookDraft.value = { ...draft, failure: null, isSaving: true };
  const failure = await savePhonebook(draft.phonebook?.uuid ?? null, name, draft.description.trim());
  phonebookDraft.value = failure ? { ...draft, failure } : null;
  const text = draft.phonebook ? texts.contacts.changed : texts.contacts.added;
  if (!failure) notice.value = { isFailure: false, text, name };
}
