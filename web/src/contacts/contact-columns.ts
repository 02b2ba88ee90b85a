import type { Column } from "../lookup-answer.ts";
import { fieldTitle } from "./field-title.ts";
import { fieldType } from "./fields.ts";

/** Return the columns of contacts: the name, and fields. */
export function contactColumns(fields: readonly string[]): readonly Column[] {
  const name = { title: fieldTitle("name"), type: "name" };
  return [name, ...fields.map((field) => ({ title: fieldTitle(field), type: fieldType(field) }))];
}
