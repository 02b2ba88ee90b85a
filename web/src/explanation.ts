/** The answer of `GET /0.1/explanations/…`: what every source did with a question. */

import { arrayOf, countOf, numberOrNull, objectOf, textOf, textOrNull } from "./json.ts";
import { textsOf } from "./lookup-answer.ts";
import { parseTrouble, type Trouble } from "./source-report.ts";

const NUMBER = /^[+(*#\p{Nd}][\p{Nd}\s()./*#\u2010-\u2015-]*$/u;
const DIGIT = /\p{Nd}/u;

export type Service = "lookup" | "reverse";

export const RESULTS = [
  "found",
  "wins",
  "nothing",
  "late",
  "failed",
  "refused",
  "skipped",
  "not-needed",
] as const;

/** `wins`: the name that a phone shows is the one of this source. */
export type Result = (typeof RESULTS)[number];

export type SourceResult = {
  readonly source: string;
  readonly backend: string;
  readonly result: Result;
  readonly count: number;
  readonly seconds: number | null;
  /** In English; may be empty. */
  readonly reason: string;
  readonly trouble: Trouble | null;
};

export type Explanation = {
  readonly profile: string;
  readonly service: Service;
  readonly asked: string;
  /** What a phone shows; null for a lookup, and if nobody has the number. */
  readonly name: string | null;
  readonly sources: readonly SourceResult[];
  readonly columns: readonly string[];
  readonly contacts: readonly { readonly source: string; readonly values: readonly string[] }[];
  /** How many contacts were found; the answer has only the first ones. */
  readonly contactCount: number;
  /** In English. */
  readonly hints: readonly string[];
};

export function looksLikeNumber(text: string): boolean {
  return NUMBER.test(text.trim()) && DIGIT.test(text);
}

export function parseExplanation(value: unknown): Explanation {
  const answer = objectOf(value);
  return {
    profile: textOf(answer.profile),
    service: answer.service === "reverse" ? "reverse" : "lookup",
    asked: textOf(answer.asked),
    name: textOrNull(answer.name),
    sources: arrayOf(answer.sources).map(parseSource),
    columns: arrayOf(answer.columns).map(textOf),
    contacts: arrayOf(answer.contacts).map((contact) => {
      const { source, values } = objectOf(contact);
      return { source: textOf(source), values: arrayOf(values).map((one) => textsOf(one).join(", ")) };
    }),
    contactCount: countOf(answer.contact_count),
    hints: arrayOf(answer.hints).map(textOf),
  };
}

function parseSource(value: unknown): SourceResult {
  const result = objectOf(value);
  return {
    source: textOf(result.source),
    backend: textOf(result.backend),
    // A result of a later version is an error at most.
    result: RESULTS.find((known) => known === result.result) ?? "failed",
    count: countOf(result.count),
    seconds: numberOrNull(result.seconds),
    reason: textOf(result.reason),
    trouble: parseTrouble(result),
  };
}
