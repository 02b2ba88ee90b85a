/** The language of the page: the first one of the browser that is known here. */

import { chooseLanguage, LANGUAGES } from "./languages/choice.ts";
import { en } from "./languages/en.ts";
import type { Plural } from "./languages/texts.ts";

export const language = chooseLanguage(navigator.languages);

export const texts = LANGUAGES.get(language) ?? en;

const pluralRules = new Intl.PluralRules(language);
const numberFormat = new Intl.NumberFormat(language);

/** Return the text for a number, with the number in it as the language writes it. */
export function counted(forms: Plural, count: number): string {
  const form = forms[pluralRules.select(count)] ?? forms.other;
  return form.replace("{count}", formatted(count));
}

export function formatted(count: number): string {
  return numberFormat.format(count);
}
