/** The list in view as a file, made of the texts that are shown. */

import type { ShownColumn } from "./columns.ts";
import { csvText } from "./csv.ts";
import type { Person } from "./person.ts";
import { type Card, type CardNumber, vcardText } from "./vcard.ts";

// Displays have no type for these, but titles in the language of the company.
const ORGANIZATION = /company|organi[sz]|soci[eé]t|entreprise|firma|unternehmen|betrieb|empresa|compañ/i;
const MOBILE = /mobil|móvil|movil|portable|cell|handy|natel/i;
const FAX = /fax/i;

export function listAsCsv(people: readonly Person[], columns: readonly ShownColumn[]): string {
  const rows = people.map((person) => columns.map(({ index }) => textsIn(person, index).join(", ")));
  return csvText([columns.map(({ title }) => title), ...rows]);
}

export function listAsVcards(people: readonly Person[], columns: readonly ShownColumn[]): string {
  return vcardText(people.map((person) => cardOf(person, columns)));
}

function cardOf(person: Person, columns: readonly ShownColumn[]): Card {
  const textsOf = (isWanted: (column: ShownColumn) => boolean) =>
    columns.filter(isWanted).flatMap(({ index }) => textsIn(person, index));
  const numbers = columns
    .filter(({ kind }) => kind === "number")
    .flatMap((column) => textsIn(person, column.index).map((text) => ({ type: numberType(column), text })));
  return {
    name: textsOf(({ kind }) => kind === "name").join(" "),
    organization: textsOf(({ kind, title }) => kind === "text" && ORGANIZATION.test(title))[0] ?? "",
    emails: textsOf(({ kind }) => kind === "email"),
    numbers,
  };
}

function numberType({ title }: ShownColumn): CardNumber["type"] {
  if (FAX.test(title)) return "FAX";
  return MOBILE.test(title) ? "CELL" : "VOICE";
}

function textsIn(person: Person, index: number): readonly string[] {
  return person.cells[index] ?? [];
}
