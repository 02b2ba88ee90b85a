import { useSignal } from "@preact/signals";
import { type ContactBook, mayDo } from "../contacts/contact-book.ts";
import { edit } from "../contacts/editing.ts";
import { exportContacts } from "../contacts/exporting.ts";
import { openImport } from "../contacts/importing.ts";
import { texts } from "../language.ts";
import { ClearDialog } from "./clear-dialog.tsx";

/** What brings contacts into a book. */
export function BookActions({ book }: { readonly book: ContactBook }) {
  return (
    <div class="buttons">
      {mayDo(book, "import") && (
        <button type="button" onClick={() => openImport(book)}>
          {texts.contacts.import}
        </button>
      )}
      {mayDo(book, "add") && (
        <button type="button" class="primary" onClick={() => edit(book, null)}>
          {texts.contacts.add}
        </button>
      )}
    </div>
  );
}

/** What is done with all contacts of a book. */
export function BookFoot({ book, name }: { readonly book: ContactBook; readonly name: string }) {
  const isClearing = useSignal(false);
  const { contacts } = texts;
  if (book.contacts.value.length === 0) return null;
  return (
    <div class="list-actions">
      {mayDo(book, "export") && (
        <>
          <button type="button" class="link" onClick={() => void exportContacts(book, name, "csv")}>
            {contacts.exportCsv}
          </button>
          <button type="button" class="link" onClick={() => void exportContacts(book, name, "vcf")}>
            {contacts.exportVcard}
          </button>
        </>
      )}
      {mayDo(book, "clear") && (
        <button
          type="button"
          class="link"
          onClick={() => {
            isClearing.value = true;
            // Another window may have changed the number.
            void book.reload();
          }}
        >
          {contacts.clear}
        </button>
      )}
      {isClearing.value && (
        <ClearDialog
          book={book}
          onClose={() => {
            isClearing.value = false;
          }}
        />
      )}
    </div>
  );
}
