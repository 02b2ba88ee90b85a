import { texts } from "../language.ts";
import { fieldKind } from "./fields.ts";

/** Return the title of a field in the language of the page; that of an unknown one is its name. */
export function fieldTitle(name: string): string {
  const titles = new Map<string, string>(Object.entries(texts.fields));
  const { kind, position } = fieldKind(name);
  const title = titles.get(kind);
  if (title === undefined) return name;
  return position > 1 ? `${title} ${position}` : title;
}
