/** The lines of a streamed lookup: one per source as it answers, then one with the outcome of every source. */

import { arrayOf, countOf, isObject, objectOf, textOf, textOrNull } from "./json.ts";
import type { Position } from "./merging.ts";
import type { Person } from "./person.ts";

export type Column = { readonly title: string | null; readonly type: string | null };

/** People and the columns of the display. */
export type Table = { readonly columns: readonly Column[]; readonly people: readonly Person[] };

/** The people that one source has found. */
export type Group = Table & { readonly source: string };

export type OutcomeStatus = "ok" | "late" | "failed" | "refused" | "skipped";

export type Outcome = {
  readonly source: string;
  readonly status: OutcomeStatus;
  readonly contacts: number;
  /** The source has more contacts than it was asked for. */
  readonly isTruncated: boolean;
};

export type ClosingLine = {
  readonly kind: "closing";
  readonly outcomes: readonly Outcome[];
  /** The results that are one person, for each person with several; empty from daemons that do not merge. */
  readonly samePeople: readonly (readonly Position[])[];
};

export type Line = { readonly kind: "group"; readonly group: Group } | ClosingLine;

/** Return what a line means; null for lines of later versions. */
export function parseLine(value: unknown): Line | null {
  if (!isObject(value)) return null;
  if (Array.isArray(value.sources)) {
    const samePeople = arrayOf(value.people).map((person) => arrayOf(person).map(parsePosition));
    return { kind: "closing", outcomes: parseOutcomes(value.sources), samePeople };
  }
  if (!Array.isArray(value.results)) return null;
  return { kind: "group", group: { source: textOf(value.source), ...parseTable(value) } };
}

/** How often a source and an id have been met in a list. */
export type UsedKeys = Map<string, number>;

/** Read the columns and results that all lists have in common; `used` is the same one for all parts of a list. */
export function parseTable(value: unknown, used: UsedKeys = new Map()): Table {
  const answer = objectOf(value);
  const titles = arrayOf(answer.column_headers);
  const columns = arrayOf(answer.column_types).map((type, index) => ({
    title: textOrNull(titles[index]),
    type: textOrNull(type),
  }));
  return { columns, people: parsePeople(arrayOf(answer.results), columns, used) };
}

export function parseOutcomes(values: unknown): readonly Outcome[] {
  return arrayOf(values).map((value) => {
    const outcome = objectOf(value);
    return {
      source: textOf(outcome.name),
      status: parseStatus(outcome.status),
      contacts: countOf(outcome.contacts),
      isTruncated: outcome.truncated === true,
    };
  });
}

function parseStatus(value: unknown): OutcomeStatus {
  return value === "ok" || value === "late" || value === "refused" || value === "skipped" ? value : "failed";
}

function parsePosition(value: unknown): Position {
  const position = objectOf(value);
  return { source: textOf(position.source), result: countOf(position.result) };
}

function parsePeople(
  results: readonly unknown[],
  columns: readonly Column[],
  used: UsedKeys,
): readonly Person[] {
  const favorite = columns.findIndex(({ type }) => type === "favorite");
  return results.map(objectOf).map((result) => {
    const source = textOf(result.source);
    const id = textOrNull(objectOf(result.relations).source_entry_id);
    const origin = JSON.stringify([source, id]);
    // Not every source has ids, and a broken one may have an id twice.
    const occurrence = used.get(origin) ?? 0;
    used.set(origin, occurrence + 1);
    const key = `${origin}${occurrence}`;
    const values = arrayOf(result.column_values);
    const isFavorite = favorite < 0 ? null : values[favorite] === true;
    return { key, cells: values.map(textsOf), entries: [{ key, source, id, isFavorite }] };
  });
}

/** Return the texts of a value: one for a text or number, one per element of a list or map. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isObject(value) ? Object.values(value).flatMap(textsOf) : [];
}
