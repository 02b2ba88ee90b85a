/** The answers of `GET /0.1/directories/browse/…`: rows of the list, and the groups of the whole list. */

import { arrayOf, countOf, objectOf, textOf, textOrNull } from "../json.ts";
import { type Outcome, parseOutcomes, parseTable, type Table, type UsedKeys } from "../lookup-answer.ts";

/** By what consecutive people belong together: the first letter of a text, or the text. */
export type GroupKind = "initials" | "values";

export type GroupStart = {
  /** May be empty: people without a text. */
  readonly text: string;
  /** The cursor of its begin, which is that of no other group. */
  readonly after: string;
  /** The index of its first person in the list. */
  readonly first: number;
};

export type RowsAnswer = Table & {
  /** The field by which it is sorted. */
  readonly by: string;
  /** The fields of the columns. */
  readonly fields: readonly (string | null)[];
  readonly groups: readonly GroupStart[];
  /** The cursor of what comes next; null at the end. */
  readonly next: string | null;
  readonly outcomes: readonly Outcome[];
};

export type CountedGroup = { readonly text: string; readonly after: string; readonly count: number };

export type GroupsAnswer = {
  readonly kind: GroupKind;
  readonly items: readonly CountedGroup[];
  readonly outcomes: readonly Outcome[];
};

/** Read rows; `used` is the same one for all answers of a list. */
export function parseRows(value: unknown, used: UsedKeys): RowsAnswer {
  const answer = objectOf(value);
  const table = parseTable(answer, used);
  return {
    ...table,
    by: textOf(answer.by),
    fields: table.columns.map((_, index) => textOrNull(arrayOf(answer.column_fields)[index])),
    groups: arrayOf(answer.groups).map((value) => {
      const { text, after, result } = objectOf(value);
      return { text: textOf(text), after: textOf(after), first: countOf(result) };
    }),
    next: textOrNull(answer.next),
    outcomes: parseOutcomes(answer.sources),
  };
}

export function parseGroups(value: unknown): GroupsAnswer {
  const answer = objectOf(value);
  return {
    kind: answer.kind === "values" ? "values" : "initials",
    items: arrayOf(answer.items).map((value) => {
      const { text, after, count } = objectOf(value);
      return { text: textOf(text), after: textOf(after), count: countOf(count) };
    }),
    outcomes: parseOutcomes(answer.sources),
  };
}

export function lateCount(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ status }) => status === "late").length;
}
