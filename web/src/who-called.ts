/** Whose numbers these are: a reverse lookup of up to 100 numbers. */

import { signal } from "@preact/signals";
import { type Failure, requestJson } from "./api.ts";
import { arrayOf, objectOf, textOf, textOrNull } from "./json.ts";
import { type Outcome, parseOutcomes, textsOf } from "./lookup-answer.ts";
import { acl, isGranted } from "./permissions.ts";
import { chosenProfile } from "./profiles.ts";
import { sessionState } from "./session-state.ts";

export const MAX_NUMBERS = 100;
const MAX_NUMBER_CHARACTERS = 1024;

/** Fields that are no text for people, and the name again. */
const HIDDEN_FIELDS: readonly string[] = ["id", "reverse"];

export type Caller = {
  readonly number: string;
  /** Null if nobody has the number. */
  readonly source: string | null;
  readonly name: string;
  readonly fields: readonly (readonly [name: string, texts: readonly string[]])[];
};

export type Callers = {
  readonly state: "idle" | "running" | "done";
  readonly callers: readonly Caller[];
  readonly outcomes: readonly Outcome[];
  /** There were more numbers than are looked up at once. */
  readonly isCut: boolean;
  readonly failure: Failure | null;
};

const IDLE: Callers = { state: "idle", callers: [], outcomes: [], isCut: false, failure: null };

export const numbersText = signal("");
export const callers = signal<Callers>(IDLE);

let running = new AbortController();

/** Return the ACLs of which one is needed: with the user in the path, or for the user of the session. */
export function reverseAcls(profile: string, userUuid: string | null): readonly string[] {
  const ofSession = acl`dird.directories.reverse.${profile}.read`;
  return userUuid === null
    ? [ofSession]
    : [ofSession, acl`dird.directories.reverse.${profile}.${userUuid}.read`];
}

/** Look up the numbers of the field. */
export async function findCallers(): Promise<void> {
  const numbers = numbersIn(numbersText.peek());
  running.abort();
  running = new AbortController();
  const { signal } = running;
  if (numbers.length === 0) {
    callers.value = IDLE;
    return;
  }
  const isCut = numbers.length > MAX_NUMBERS;
  callers.value = { ...callers.peek(), state: "running", failure: null, isCut };
  const body = { extens: numbers.slice(0, MAX_NUMBERS) };
  const answer = await requestJson({ method: "POST", path: reversePath(), body, signal });
  if (signal.aborted) return;
  callers.value = answer.ok
    ? { ...parseCallers(answer.value), state: "done", isCut, failure: null }
    : { ...IDLE, failure: answer.failure };
}

export function forgetCallers(): void {
  running.abort();
  numbersText.value = "";
  callers.value = IDLE;
}

/** Return the numbers of a text, one per line, each once. */
export function numbersIn(text: string): readonly string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim().slice(0, MAX_NUMBER_CHARACTERS));
  return [...new Set(lines.filter((line) => line !== ""))];
}

export function parseCallers(value: unknown): Pick<Callers, "callers" | "outcomes"> {
  const answer = objectOf(value);
  const found = arrayOf(answer.results).map((one) => {
    const result = objectOf(one);
    const values = objectOf(result.fields);
    // Not every source has the column that a reverse lookup displays.
    const name = textOf(result.display) || textOf(values.name);
    const fields = Object.entries(values)
      .filter(([field]) => !HIDDEN_FIELDS.includes(field))
      .map(([field, value]) => [field, textsOf(value).filter((text) => text !== name)] as const)
      .filter(([, texts]) => texts.length > 0);
    return { number: textOf(result.exten), source: textOrNull(result.source), name, fields };
  });
  return { callers: found, outcomes: parseOutcomes(answer.sources) };
}

function reversePath(): string {
  const profile = chosenProfile.peek();
  const state = sessionState.peek();
  const userUuid = state.kind === "signed-in" ? state.session.userUuid : null;
  const ofSession = acl`dird.directories.reverse.${profile}.read`;
  const names = userUuid === null || isGranted(ofSession) ? [profile] : [profile, userUuid];
  return `0.1/directories/reverse/${names.map(encodeURIComponent).join("/")}?sources=true`;
}
