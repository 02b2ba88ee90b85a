/** A contact of a person or of a phonebook: texts with free names. */

import { folded } from "../folding.ts";
import { arrayOf, isObject, type JsonObject, objectOf, textOf } from "../json.ts";

export type Fields = ReadonlyMap<string, string>;

export type Contact = {
  readonly id: string;
  /** Without the id; those without a text are not there. */
  readonly fields: Fields;
  /** What the daemon has, with what is no text. */
  readonly stored: JsonObject;
};

const ID = "id";

/** What may be the name of a contact without a name, the best first. */
const NAMES: readonly string[] = ["company", "nickname"];

export function parseContacts(value: unknown): readonly Contact[] {
  return arrayOf(objectOf(value).items).filter(isObject).map(parseContact);
}

export function parseContact(value: unknown): Contact {
  const stored = objectOf(value);
  const fields = Object.entries(stored)
    .map(([name, text]) => [name, textOf(text)] as const)
    .filter(([name, text]) => name !== ID && text !== "");
  return { id: textOf(stored.id), fields: new Map(fields), stored };
}

/** Return the JSON object of fields. */
export function bodyOf(fields: Fields): Record<string, string> {
  return Object.fromEntries(fields);
}

/** Return the name of a contact: its own, or else the parts of one, the company or any text. */
export function contactName({ fields }: Contact): string {
  const parts = [fields.get("firstname"), fields.get("lastname")];
  const candidates = [
    fields.get("name"),
    parts.filter(isText).join(" "),
    ...NAMES.map((name) => fields.get(name)),
    ...fields.values(),
  ];
  return candidates.find(isText) ?? "";
}

/** Return whether fields are the same, in any order. */
export function isSame(one: Fields, other: Fields): boolean {
  return one.size === other.size && [...one].every(([name, text]) => other.get(name) === text);
}

/** Return the contacts that have every word of a term in one of their texts, ignoring case and accents. */
export function matching(contacts: readonly Contact[], term: string): readonly Contact[] {
  const words = folded(term).split(/\s+/).filter(isText);
  if (words.length === 0) return contacts;
  return contacts.filter((contact) => {
    const text = searchText(contact);
    return words.every((word) => text.includes(word));
  });
}

const searchTexts = new WeakMap<Contact, string>();

function searchText(contact: Contact): string {
  const known = searchTexts.get(contact);
  if (known !== undefined) return known;
  const text = folded([...contact.fields.values()].join("\n"));
  searchTexts.set(contact, text);
  return text;
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}
