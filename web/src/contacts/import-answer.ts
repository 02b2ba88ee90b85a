/** What the daemon says about a file: before it is imported, and afterwards. */

import { arrayOf, countOf, isObject, objectOf, textOf } from "../json.ts";
import { type Contact, parseContact } from "./contact.ts";

/** A row, or a card, that is no contact. */
export type FailedRow = { readonly line: number | null; readonly errors: readonly string[] };

export type Failed = { readonly rows: readonly FailedRow[]; readonly count: number };

export type Preview = {
  /** The first contacts that would be new. */
  readonly contacts: readonly Contact[];
  readonly newCount: number;
  readonly existingCount: number;
  readonly failed: Failed;
};

export function parsePreview(value: unknown): Preview {
  const answer = objectOf(value);
  const rows = parseFailed(answer.failed);
  return {
    contacts: arrayOf(answer.contacts).filter(isObject).map(parseContact),
    newCount: countOf(answer.new),
    existingCount: countOf(answer.existing),
    failed: { rows, count: Math.max(countOf(answer.failed_count), rows.length) },
  };
}

/** Return the ids of the contacts that an import has found or made, and its rows in error. */
export function parseImported(
  value: unknown,
  previewed: Failed,
): { readonly ids: readonly string[]; readonly failed: Failed } {
  const answer = objectOf(value);
  const rows = parseFailed(answer.failed);
  const listed = previewed.rows.length;
  // The last row of a list that is cut is about all the others, which the preview has counted.
  const isCut = previewed.count > listed && rows.length > listed;
  return {
    ids: arrayOf(answer.created).map((contact) => textOf(objectOf(contact).id)),
    failed: isCut ? { rows: rows.slice(0, listed), count: previewed.count } : { rows, count: rows.length },
  };
}

function parseFailed(values: unknown): readonly FailedRow[] {
  return arrayOf(values).map((value) => {
    const { line, errors, message } = objectOf(value);
    const texts = [...arrayOf(errors), message].filter((text) => typeof text === "string");
    return { line: typeof line === "number" ? line : null, errors: texts };
  });
}
