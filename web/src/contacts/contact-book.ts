/** A list of contacts that can be changed: the personal contacts are one, each phonebook is one. */

import { computed, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Failure } from "../api.ts";
import { askPermissions, isGranted } from "../permissions.ts";
import type { Person } from "../person.ts";
import { createList, type PeopleList } from "../selection.ts";
import type { Contact } from "./contact.ts";
import { contactColumns } from "./contact-columns.ts";
import { contactPerson, shownFields } from "./contact-table.ts";

/** How many contacts are shown, and how many more when one has scrolled to the last one. */
export const STEP = 100;

/** No name of a field has it. */
const SEPARATOR = "\0";

export type BookState = {
  readonly kind: "loading" | "done" | "failed";
  readonly failure: Failure | null;
};

export const LOADING: BookState = { kind: "loading", failure: null };

/** What may be done with a book, and with each of its contacts. */
export type BookAction = "add" | "import" | "export" | "clear" | "read" | "edit" | "remove";

export type ContactBook = {
  /** The address of its contacts below that of the page. */
  readonly path: string;
  /** Return the ACL of an action, null if there is no such action; the id of a contact stands for all. */
  readonly acl: (action: BookAction, id: string) => string | null;
  /** Whether a file is imported without its rows in error. */
  readonly importsPartly: boolean;
  readonly filter: Signal<string>;
  /** The field by which the daemon sorts; null if the page does. */
  readonly order: ReadonlySignal<string> | null;
  readonly sortBy: (field: string) => void;
  readonly state: ReadonlySignal<BookState>;
  readonly list: PeopleList;
  /** The contacts that are known, in any order. */
  readonly contacts: ReadonlySignal<readonly Contact[]>;
  /** How many contacts match the filter. */
  readonly count: ReadonlySignal<number>;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly showMore: () => void;
  /** Load the contacts, and again whenever that is needed; return what ends this. */
  readonly start: () => () => void;
  readonly reload: () => Promise<void>;
  /** Show a contact that the daemon has now. */
  readonly put: (contact: Contact) => Promise<void>;
  /** Show a contact no more. */
  readonly take: (id: string) => void;
};

const ACTIONS: readonly BookAction[] = ["add", "import", "export", "clear", "read", "edit", "remove"];

/** What the end of an ACL of one contact is. */
export const CONTACT_RIGHTS = { read: "read", edit: "update", remove: "delete" } as const;

/** Return whether something may be done; false while that is unknown. */
export function mayDo(book: ContactBook, action: BookAction): boolean {
  const name = book.acl(action, sampleId(book));
  return name !== null && isGranted(name) === true;
}

/** Ask for the rights to all actions. */
export function askBookRights(book: ContactBook): void {
  void askPermissions(ACTIONS.flatMap((action) => book.acl(action, sampleId(book)) ?? []));
}

/** Return the list that shows some of the contacts, with columns for all that are known. */
export function createContactList(
  known: ReadonlySignal<readonly Contact[]>,
  shown: ReadonlySignal<readonly Contact[]>,
): PeopleList {
  // One text, which is the same one as long as the columns are.
  const names = computed(() => shownFields(known.value).join(SEPARATOR));
  const fields = computed(() => names.value.split(SEPARATOR).filter((name) => name !== ""));
  const personOf = computed(() => {
    const persons = new WeakMap<Contact, Person>();
    return (contact: Contact) => {
      const person = persons.get(contact) ?? contactPerson(contact, fields.value);
      persons.set(contact, person);
      return person;
    };
  });
  return createList(
    computed(() => contactColumns(fields.value)),
    computed(() => shown.value.map(personOf.value)),
  );
}

export function findContact(book: ContactBook, id: string): Contact | undefined {
  return book.contacts.peek().find((contact) => contact.id === id);
}

const samples = new Map<string, string>();

/** Return the first contact that was known of a book, for rights that are asked for once; "" before there is one. */
function sampleId(book: ContactBook): string {
  const known = samples.get(book.path) ?? book.contacts.value[0]?.id ?? "";
  if (known !== "") samples.set(book.path, known);
  return known;
}
