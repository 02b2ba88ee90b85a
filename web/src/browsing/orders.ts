/** The columns by which the list can be sorted. */

import { shownColumns } from "../columns.ts";
import type { Rows } from "./rows.ts";

type Order = { readonly field: string; readonly title: string };

/** Return the columns that have a field, each field once; the field "" is that of the names. */
export function ordersOf({ columns, fields, by }: Rows, wanted: string): readonly Order[] {
  const found = new Map<string, string>();
  const shown = shownColumns(columns);
  for (const { index, title } of shown) {
    const field = fields[index] ?? "";
    if (field !== "" && !found.has(field)) found.set(field, title);
  }
  const name = wanted === "" ? by : (fields[shown.find(({ kind }) => kind === "name")?.index ?? -1] ?? "");
  return [...found].map(([field, title]) => ({ field: field === name ? "" : field, title }));
}
