/** What is typed into the form of a contact, until the daemon has it. */

import type { Contact, Fields } from "./contact.ts";
import { FORM_FIELDS } from "./fields.ts";

export type DraftRow = {
  readonly key: string;
  readonly name: string;
  readonly value: string;
  /** The name is typed, too. */
  readonly isAdded: boolean;
};

export type Problem =
  | { readonly kind: "empty" | "unnamed" | "same" | "gone" | "changed-elsewhere" }
  | { readonly kind: "twice" | "reserved"; readonly name: string }
  | { readonly kind: "failure"; readonly text: string; readonly reason: string };

export type Draft = {
  /** Null for a new one. */
  readonly contact: Contact | null;
  readonly rows: readonly DraftRow[];
  readonly problem: Problem | null;
  readonly isSaving: boolean;
};

/** The daemon chooses it. */
const RESERVED = "id";

/** Return the form of a contact, or of a new one; `used` are the names of the fields of other contacts. */
export function newDraft(contact: Contact | null, used: ReadonlySet<string> = new Set()): Draft {
  const fields: Fields = contact?.fields ?? new Map();
  const hasParts = used.has("firstname") || used.has("lastname");
  const isNamed = contact ? fields.has("name") : used.has("name") && !hasParts;
  const form = isNamed && !contact ? ["name", ...FORM_FIELDS.slice(2)] : FORM_FIELDS;
  const names = [...new Set([...(isNamed ? ["name"] : []), ...form, ...fields.keys()])];
  const rows = names.map((name) => ({ key: name, name, value: fields.get(name) ?? "", isAdded: false }));
  return { contact, rows, problem: null, isSaving: false };
}

export function withChange(
  draft: Draft,
  key: string,
  change: Partial<Pick<DraftRow, "name" | "value">>,
): Draft {
  const rows = draft.rows.map((row) => (row.key === key ? { ...row, ...change } : row));
  return { ...draft, rows, problem: null };
}

export function withAddedRow(draft: Draft): Draft {
  const key = `+${draft.rows.length}`;
  return { ...draft, rows: [...draft.rows, { key, name: "", value: "", isAdded: true }] };
}

/** Return whether something was typed that the contact does not have. */
export function isChanged(draft: Draft): boolean {
  return draft.rows.some((row) => (row.isAdded && row.name !== "") || isRowChanged(draft, row));
}

/** Return the fields of the contact as they would be saved: those with a text. */
export function draftFields(draft: Draft): Fields {
  const kept = draft.rows.filter(({ value }) => value.trim() !== "");
  return new Map(
    kept.map((row) => [savedName(row), isRowChanged(draft, row) ? row.value.trim() : row.value]),
  );
}

/** Return why a draft can't be saved; null if it can. */
export function findProblem(draft: Draft): Problem | null {
  const names = draft.rows.filter(({ value }) => value.trim() !== "").map(savedName);
  if (names.length === 0) return { kind: "empty" };
  if (names.includes("")) return { kind: "unnamed" };
  if (names.includes(RESERVED)) return { kind: "reserved", name: RESERVED };
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? null : { kind: "twice", name: twice };
}

/** Return the draft for what a contact has become meanwhile: what was not typed is that of the contact. */
export function rebased(draft: Draft, contact: Contact): Draft {
  const typed = draft.rows.filter((row) => row.isAdded || isRowChanged(draft, row));
  const values = new Map(typed.filter((row) => !row.isAdded).map(({ name, value }) => [name, value]));
  const rows = newDraft(contact).rows.map((row) => ({ ...row, value: values.get(row.name) ?? row.value }));
  const known = new Set(rows.map(({ name }) => name));
  const further = typed.filter(({ name, isAdded }) => isAdded || !known.has(name));
  return { ...draft, contact, rows: [...rows, ...further], problem: { kind: "changed-elsewhere" } };
}

/** Return the name of a field without blanks around it, unless another client has stored it with them. */
function savedName({ name, isAdded }: DraftRow): string {
  return isAdded ? name.trim() : name;
}

function isRowChanged(draft: Draft, row: DraftRow): boolean {
  const original = row.isAdded ? "" : (draft.contact?.fields.get(row.name) ?? "");
  return row.value !== original;
}
