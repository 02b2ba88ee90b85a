import type { ContactBook } from "../contacts/contact-book.ts";
import { removeAll } from "../contacts/removing.ts";
import { counted, texts } from "../language.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

type Properties = { readonly book: ContactBook; readonly onClose: () => void };

/** The question before all contacts are deleted. */
export function ClearDialog({ book, onClose }: Properties) {
  const count = book.contacts.value.length;
  return (
    <ConfirmDialog
      title={counted(texts.contacts.clearQuestion, count)}
      label={counted(texts.contacts.clearAnswer, count)}
      onConfirm={() => removeAll(book, count)}
      onClose={onClose}
    >
      <p>{texts.contacts.final}</p>
    </ConfirmDialog>
  );
}
