import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { countContacts, type Phonebook, removePhonebook, takePhonebook } from "../contacts/phonebooks.ts";
import { counted, texts } from "../language.ts";
import { notice } from "../notices.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Sentence } from "./sentence.tsx";

type Properties = { readonly phonebook: Phonebook; readonly onClose: () => void };

/** The question before a phonebook is deleted. */
export function RemovePhonebookDialog({ phonebook, onClose }: Properties) {
  const { uuid, name } = phonebook;
  const { phonebooks, contacts } = texts;
  const count = useSignal<number | null>(null);
  useEffect(() => {
    void countContacts(uuid).then((found) => {
      count.value = found;
    });
  }, [uuid, count]);
  const remove = async () => {
    const failure = await removePhonebook(uuid);
    if (failure) return failure;
    location.hash = "#/phonebooks";
    addEventListener(
      "hashchange",
      () => {
        takePhonebook(uuid);
        // Those of the page that was left are forgotten now.
        notice.value = { isFailure: false, text: contacts.removed, name };
      },
      { once: true },
    );
    return null;
  };
  return (
    <ConfirmDialog
      title={<Sentence text={phonebooks.removeQuestion} parts={{ name }} />}
      label={phonebooks.remove}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        {count.value !== null && count.value > 0 && `${counted(phonebooks.removedContacts, count.value)} `}
        {phonebooks.removedSources}
      </p>
    </ConfirmDialog>
  );
}
