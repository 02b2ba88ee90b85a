/** The columns of the list. */

import { texts } from "./language.ts";
import type { Column } from "./lookup-answer.ts";
import type { Person } from "./person.ts";

export type ShownColumn = {
  /** The position among the columns of the answer. */
  readonly index: number;
  readonly title: string;
  readonly kind: "name" | "number" | "email" | "text";
};

/** Types whose values are marks, not texts. */
const MARKS: readonly (string | null)[] = ["favorite", "personal"];

const NUMBERS: readonly (string | null)[] = ["number", "callable", "mobile"];

/** Return the columns to show; exactly one of them, the name of the person, is the header of its row. */
export function shownColumns(columns: readonly Column[]): readonly ShownColumn[] {
  const kept = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ type }) => !MARKS.includes(type));
  const name = kept.find(({ type }) => type === "name") ?? kept[0];
  return kept.map((column) => ({
    index: column.index,
    title: column.title ?? texts.search.untitled.replace("{count}", String(column.index + 1)),
    kind: column === name ? "name" : kindOf(column.type),
  }));
}

/** Return the name of a person, or else the first text of the row. */
export function nameOf(person: Person, columns: readonly Column[]): string {
  const shown = shownColumns(columns);
  const name = shown.find(({ kind }) => kind === "name");
  const cells = [name, ...shown].map((column) => (column ? person.cells[column.index] : []) ?? []);
  return cells.find((found) => found.length > 0)?.[0] ?? "";
}

export function hasFavorites(columns: readonly Column[]): boolean {
  return columns.some(({ type }) => type === "favorite");
}

function kindOf(type: string | null): "number" | "email" | "text" {
  if (NUMBERS.includes(type)) return "number";
  return type === "email" ? "email" : "text";
}
