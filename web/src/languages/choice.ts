/** The languages that the page knows. */

import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import type { Texts } from "./texts.ts";

export const LANGUAGES: ReadonlyMap<string, Texts> = new Map(Object.entries({ en, fr, de, es }));

/** Return the first wanted language that is known, without its region; otherwise English. */
export function chooseLanguage(wanted: readonly string[]): string {
  const names = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return names.find((name) => LANGUAGES.has(name)) ?? "en";
}
