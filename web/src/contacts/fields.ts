/** Names of fields that the daemon's readers of vCards use: their order, and what they are. */

/** Those that a form always has, in its order. */
export const FORM_FIELDS: readonly string[] = [
  ...["firstname", "lastname", "company", "number", "mobile", "fax", "email"],
];

/** The name column stands for these. */
export const NAME_FIELDS: readonly string[] = ["name", "firstname", "lastname"];

/** Those of columns, the most important first. */
const COLUMNS: readonly string[] = ["company", "number", "mobile", "email", "department", "title"];

const NUMBERS: readonly string[] = [
  ...["number", "mobile", "work", "home", "main", "other", "fax", "fax_work", "fax_home"],
  ...["work_mobile", "pager", "assistant", "callback", "car"],
];

const TEXTS: readonly string[] = ["nickname", "middlename", "prefix", "suffix", "sip"];

/** A further one of the same kind: `mobile_2`. */
const FURTHER = /^(.+)_([2-9]|[1-9]\d)$/;

/** Return the kind of a field, and which one of this kind it is: that of `mobile_2` is `mobile`. */
export function fieldKind(name: string): { readonly kind: string; readonly position: number } {
  const [, kind = name, position = "1"] = FURTHER.exec(name) ?? [];
  return { kind, position: Number(position) };
}

/** Return the type of the column of a field. */
export function fieldType(name: string): "number" | "email" | null {
  const { kind } = fieldKind(name);
  if (NUMBERS.includes(kind)) return "number";
  return kind === "email" ? "email" : null;
}

/** Return how far behind a field stands: known ones first, then further numbers, then those with other names. */
export function fieldRank(name: string): number {
  const position = COLUMNS.indexOf(name);
  if (position >= 0) return position;
  if (fieldType(name) !== null) return COLUMNS.length;
  return TEXTS.includes(name) ? COLUMNS.length + 1 : COLUMNS.length + 2;
}
