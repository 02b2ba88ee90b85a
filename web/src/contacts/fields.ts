/** Names of fields that the daemon's readers of vCards use: their titles, their order and what they are. */

import { texts } from "../language.ts";

/** Those that a form always has, in its order. */
export const FORM_FIELDS: readonly string[] = [
  "firstname",
  "lastname",
  "company",
  "number",
  "mobile",
  "fax",
  "email",
];

/** Those of columns, the most important first; the name has a column of its own. */
const COLUMNS: readonly string[] = ["company", "number", "mobile", "email", "department", "title"];

const NUMBERS: readonly string[] = [
  ...["number", "mobile", "work", "home", "main", "other", "fax", "fax_work", "fax_home"],
  ...["work_mobile", "pager", "assistant", "callback", "car"],
];

/** The name column stands for these. */
export const NAME_FIELDS: readonly string[] = ["name", "firstname", "lastname"];

/** A further one of the same kind: `mobile_2`. */
const FURTHER = /^(.+)_([2-9]|[1-9]\d)$/;

/** Return the title of a field in the language of the page; that of an unknown one is its name. */
export function fieldTitle(name: string): string {
  const titles: Readonly<Record<string, string>> = texts.fields;
  const [, kind = "", position = ""] = FURTHER.exec(name) ?? [];
  if (Object.hasOwn(titles, name)) return titles[name] ?? name;
  return Object.hasOwn(titles, kind) ? `${titles[kind]} ${position}` : name;
}

export function fieldType(name: string): string | null {
  const kind = FURTHER.exec(name)?.[1] ?? name;
  if (NUMBERS.includes(kind)) return "number";
  return kind === "email" ? "email" : null;
}

/** Return how far behind a field stands: known ones first, then other numbers, then those with other names. */
export function fieldRank(name: string): number {
  const position = COLUMNS.indexOf(name);
  if (position >= 0) return position;
  if (fieldType(name) !== null) return COLUMNS.length;
  return Object.hasOwn(texts.fields, name) ? COLUMNS.length + 1 : COLUMNS.length + 2;
}
