import { useMemo } from "preact/hooks";
import { type ContactBook, findContact, mayDo } from "../contacts/contact-book.ts";
import { edit } from "../contacts/editing.ts";
import { remove } from "../contacts/removing.ts";
import { texts } from "../language.ts";
import type { Person } from "../person.ts";
import { ContactActions } from "./contact-actions.tsx";
import { PeopleTable } from "./people-table.tsx";

/** The contacts of a book, with what may be done with them. */
export function ContactTable({ book }: { readonly book: ContactBook }) {
  const mayEdit = mayDo(book, "edit");
  const mayRemove = mayDo(book, "remove");
  const actions = useMemo(() => {
    if (!mayEdit && !mayRemove) return undefined;
    const act =
      (person: Person, action: (contact: ReturnType<typeof findContact> & object) => void) => () => {
        const contact = findContact(book, person.key);
        if (contact) action(contact);
      };
    return (person: Person) => (
      <ContactActions
        name={person.cells[0]?.[0] ?? ""}
        onEdit={mayEdit ? act(person, (contact) => edit(book, contact)) : null}
        onRemove={mayRemove ? act(person, (contact) => void remove(book, contact)) : null}
      />
    );
  }, [book, mayEdit, mayRemove]);
  if (book.list.people.value.length === 0) return null;
  return <PeopleTable list={book.list} label={texts.contacts.list} {...(actions && { actions })} />;
}
