/** Contacts as people of a list: a column for the name, and one for each of the most important fields. */

import type { Person } from "../person.ts";
import { type Contact, contactName } from "./contact.ts";
import { fieldRank, NAME_FIELDS } from "./fields.ts";

const MAX_FIELD_COLUMNS = 6;

/** Return the names of the fields that have a column: at most six that a contact has. */
export function shownFields(contacts: readonly Contact[]): readonly string[] {
  const names = new Set(contacts.flatMap(({ fields }) => [...fields.keys()]));
  return [...names]
    .filter((name) => !NAME_FIELDS.includes(name))
    .sort((one, other) => fieldRank(one) - fieldRank(other))
    .slice(0, MAX_FIELD_COLUMNS);
}

export function contactPerson(contact: Contact, fields: readonly string[]): Person {
  const texts = [contactName(contact), ...fields.map((field) => contact.fields.get(field) ?? "")];
  return {
    key: contact.id,
    cells: texts.map((text) => (text.trim() === "" ? [] : [text])),
    entries: [{ key: contact.id, source: "", id: contact.id, isFavorite: null }],
  };
}
