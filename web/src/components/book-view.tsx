import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import type { Contact } from "../contacts/contact.ts";
import { type ContactBook, mayDo } from "../contacts/contact-book.ts";
import { chooseFile } from "../contacts/importing.ts";
import { endAll } from "../ending.ts";
import { focusInRow, focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { BookActions, BookFoot } from "./book-actions.tsx";
import { BookOutcome } from "./book-outcome.tsx";
import { ContactDialog } from "./contact-dialog.tsx";
import { ContactTable } from "./contact-table.tsx";
import { FileDrop } from "./file-drop.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { MoreRows } from "./more-rows.tsx";
import { ChangeNotice, FailureNotice } from "./notices.tsx";
import { SearchField } from "./search-field.tsx";

type Properties = {
  readonly book: ContactBook;
  /** The names of exported files. */
  readonly name: string;
  /** The title of the page, and what is about the book as a whole. */
  readonly children: ComponentChildren;
};

/** The contacts of a book, and everything that can be done with them. */
export function BookView({ book, name, children }: Properties) {
  const field = useRef<HTMLInputElement>(null);
  const saved = useSignal<Contact | null>(null);
  // Before the screen is drawn: what is typed at once must not be lost.
  useLayoutEffect(() => {
    field.current?.focus();
    return endAll(book.start(), focusOnSlash(field));
  }, [book]);
  useLayoutEffect(() => {
    const position = book.list.people.peek().findIndex(({ key }) => key === saved.value?.id);
    saved.value = null;
    if (position >= 0) focusInRow(book.list.select(position));
  }, [book, saved, saved.value]);
  const importFile = useCallback((file: File) => void chooseFile(book, file), [book]);
  return (
    <>
      <main class="people" onKeyDown={(event) => moveInList(event, field.current, book.list)}>
        <div class="page-title">
          {children}
          <BookActions book={book} />
        </div>
        <SearchField field={field} label={texts.contacts.filter} text={book.filter} />
        <ContactTable book={book} />
        <MoreRows list={book.list} hasMore={book.hasMore} onMore={() => book.showMore()} />
        <div class="list-foot">
          <BookOutcome book={book} />
          <BookFoot book={book} name={name} />
        </div>
        <ChangeNotice onUndone={() => field.current?.focus()} />
        <FailureNotice />
      </main>
      {mayDo(book, "import") && <FileDrop onFile={importFile} />}
      <ImportDialog book={book} />
      <ContactDialog
        book={book}
        onSaved={(contact) => {
          saved.value = contact;
        }}
      />
    </>
  );
}
