/** The lines of a streamed lookup: one per source as it answers, then one with the outcome of every source. */

import { arrayOf, countOf, isObject, objectOf, textOf, textOrNull } from "./json.ts";

export type Column = { readonly title: string | null; readonly type: string | null };

export type Person = {
  /** Stays the same in later answers, so that a selected person stays selected. */
  readonly key: string;
  /** The texts of each column of the display. */
  readonly cells: readonly (readonly string[])[];
};

/** The people that one source has found. */
export type Group = {
  readonly source: string;
  readonly columns: readonly Column[];
  readonly people: readonly Person[];
};

export type OutcomeStatus = "ok" | "late" | "failed" | "refused" | "skipped";

export type Outcome = { readonly source: string; readonly status: OutcomeStatus; readonly contacts: number };

export type Line =
  | { readonly kind: "group"; readonly group: Group }
  | { readonly kind: "closing"; readonly outcomes: readonly Outcome[] };

/** Return what a line means; null for lines of later versions. */
export function parseLine(value: unknown): Line | null {
  if (!isObject(value)) return null;
  if (Array.isArray(value.sources)) {
    return { kind: "closing", outcomes: value.sources.map(parseOutcome) };
  }
  if (!Array.isArray(value.results)) return null;
  const source = textOf(value.source);
  const columns = parseColumns(arrayOf(value.column_headers), arrayOf(value.column_types));
  return { kind: "group", group: { source, columns, people: parsePeople(source, value.results) } };
}

function parseOutcome(value: unknown): Outcome {
  const outcome = objectOf(value);
  return {
    source: textOf(outcome.name),
    status: parseStatus(outcome.status),
    contacts: countOf(outcome.contacts),
  };
}

function parseStatus(value: unknown): OutcomeStatus {
  return value === "ok" || value === "late" || value === "refused" || value === "skipped" ? value : "failed";
}

function parseColumns(titles: readonly unknown[], types: readonly unknown[]): readonly Column[] {
  return types.map((type, index) => ({ title: textOrNull(titles[index]), type: textOrNull(type) }));
}

function parsePeople(source: string, results: readonly unknown[]): readonly Person[] {
  const used = new Map<string, number>();
  return results.map(objectOf).map((result) => {
    const entry = textOf(objectOf(result.relations).source_entry_id);
    // Not every source has ids, and a broken one may have an id twice.
    const occurrence = used.get(entry) ?? 0;
    used.set(entry, occurrence + 1);
    return {
      key: JSON.stringify([source, entry, occurrence]),
      cells: arrayOf(result.column_values).map(textsOf),
    };
  });
}

/** Return the texts of a value: one for a text or number, one per element of a list or map. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}
