import { useSignal } from "@preact/signals";
import { editPhonebook } from "../contacts/phonebook-draft.ts";
import { isPhonebookAllowed, type Phonebook } from "../contacts/phonebooks.ts";
import { texts } from "../language.ts";
import { RemovePhonebookDialog } from "./remove-phonebook-dialog.tsx";

/** What is done with a phonebook as a whole. */
export function PhonebookActions({ phonebook }: { readonly phonebook: Phonebook }) {
  const isRemoving = useSignal(false);
  const { phonebooks } = texts;
  return (
    <div class="phonebook-actions">
      {isPhonebookAllowed(phonebook.uuid, "update") && (
        <button type="button" class="link" onClick={() => editPhonebook(phonebook)}>
          {phonebooks.edit}
        </button>
      )}
      {isPhonebookAllowed(phonebook.uuid, "delete") && (
        <button
          type="button"
          class="link"
          onClick={() => {
            isRemoving.value = true;
          }}
        >
          {phonebooks.remove}
        </button>
      )}
      {isRemoving.value && (
        <RemovePhonebookDialog
          phonebook={phonebook}
          onClose={() => {
            isRemoving.value = false;
          }}
        />
      )}
    </div>
  );
}
