/** The rows of a list that have been loaded so far. */

import type { Outcome, UsedKeys } from "../lookup-answer.ts";
import type { GroupStart, RowsAnswer } from "./answer.ts";
import type { Place } from "./place.ts";

/** What came with one answer: where it begins in the list, and the cursor with which it was asked for. */
type Step = { readonly after: string; readonly first: number };

export type Rows = RowsAnswer & {
  /** Where they begin. */
  readonly start: Place;
  readonly steps: readonly Step[];
  readonly used: UsedKeys;
};

export function noRows(start: Place): Rows {
  const nothing = { columns: [], people: [], fields: [], groups: [], outcomes: [], steps: [] };
  return { ...nothing, start, by: "", next: null, used: new Map() };
}

/** Return rows with those of the next answer, which was asked for with a cursor ("" for none). */
export function withAnswer(rows: Rows, answer: RowsAnswer, after: string): Rows {
  const first = rows.people.length;
  return {
    ...answer,
    start: rows.start,
    people: [...rows.people, ...answer.people],
    groups: joined(rows.groups, answer.groups, first),
    outcomes: answer.outcomes.map((outcome) => worse(rows.outcomes, outcome)),
    steps: [...rows.steps, { after, first }],
    used: rows.used,
  };
}

/** Return the cursor with which a row was asked for. */
export function cursorBefore({ steps }: Rows, index: number): string {
  return steps.filter(({ first }) => first <= index).at(-1)?.after ?? "";
}

function joined(
  groups: readonly GroupStart[],
  added: readonly GroupStart[],
  first: number,
): readonly GroupStart[] {
  const last = groups.at(-1);
  // A group may go on in the next answer.
  const others = added.filter(({ after }) => after !== last?.after);
  return [...groups, ...others.map((group) => ({ ...group, first: first + group.first }))];
}

/** A source whose people are missing in one answer is missing in the list. */
function worse(before: readonly Outcome[], now: Outcome): Outcome {
  const former = before.find(({ source }) => source === now.source);
  return former && former.status !== "ok" ? former : now;
}
