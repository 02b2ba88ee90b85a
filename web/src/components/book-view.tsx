import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Contact } from "../contacts/contact.ts";
import { type ContactBook, mayDo } from "../contacts/contact-book.ts";
import { edit } from "../contacts/editing.ts";
import { focusInRow, focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { BookOutcome, MoreContacts } from "./book-outcome.tsx";
import { ContactDialog } from "./contact-dialog.tsx";
import { ContactTable } from "./contact-table.tsx";
import { ChangeNotice, FailureNotice } from "./notices.tsx";
import { SearchField } from "./search-field.tsx";

type Properties = {
  readonly book: ContactBook;
  /** The title of the page, and what is about the book as a whole. */
  readonly children: ComponentChildren;
};

/** The contacts of a book, and everything that can be done with them. */
export function BookView({ book, children }: Properties) {
  const field = useRef<HTMLInputElement>(null);
  const saved = useSignal<Contact | null>(null);
  // Before the screen is drawn: what is typed at once must not be lost.
  useLayoutEffect(() => {
    field.current?.focus();
    const stops = [book.start(), focusOnSlash(field)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [book]);
  useEffect(() => {
    const position = book.list.people.peek().findIndex(({ key }) => key === saved.value?.id);
    saved.value = null;
    if (position >= 0) focusInRow(book.list.select(position));
  }, [book, saved, saved.value]);
  return (
    <>
      <main class="people" onKeyDown={(event) => moveInList(event, field.current, book.list)}>
        <div class="page-title">
          {children}
          <div class="buttons">
            {mayDo(book, "add") && (
              <button type="button" class="primary" onClick={() => edit(book, null)}>
                {texts.contacts.add}
              </button>
            )}
          </div>
        </div>
        <SearchField field={field} label={texts.contacts.filter} text={book.filter} />
        <ContactTable book={book} />
        <MoreContacts book={book} />
        <div class="list-foot">
          <BookOutcome book={book} />
        </div>
        <ChangeNotice onUndone={() => field.current?.focus()} />
        <FailureNotice />
      </main>
      <ContactDialog
        book={book}
        onSaved={(contact) => {
          saved.value = contact;
        }}
      />
    </>
  );
}
