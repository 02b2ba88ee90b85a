/** The requests of a search: one, and another one for digits that nobody has. */

import { type Failure, request } from "./api.ts";
import { type ClosingLine, type Group, parseLine } from "./lookup-answer.ts";
import { readLines } from "./ndjson.ts";

const MAX_PEOPLE = 200;

/** Digits may be letters on the keys of a phone. */
const DIGITS = /^\p{Nd}+$/u;

/** What was asked: for the term, for similar texts, or for names whose letters are on the keys of a phone. */
export type Question = "term" | "similar" | "keypad";

export type Ending = ClosingLine | { readonly kind: "failed"; readonly failure: Failure };

type AddGroup = (group: Group, question: Question) => void;

/** Look a term up, add the people of each source as it answers, and return how the search ended. */
export async function readLookup(
  profile: string,
  term: string,
  signal: AbortSignal,
  addGroup: AddGroup,
): Promise<Ending> {
  // With `fuzzy`, the daemon itself asks for similar texts if no source has found anybody.
  if (!DIGITS.test(term)) return await readAnswer(profile, { term, fuzzy: "true" }, signal, addGroup);
  const ending = await readAnswer(profile, { term }, signal, addGroup);
  if (ending.kind === "failed" || ending.outcomes.some(({ contacts }) => contacts > 0)) return ending;
  const second = await readAnswer(profile, { term, t9: "true" }, signal, (group) =>
    addGroup(group, "keypad"),
  );
  return second.kind === "failed" ? ending : second;
}

async function readAnswer(
  profile: string,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal,
  addGroup: AddGroup,
): Promise<Ending> {
  const limits = { limit: String(MAX_PEOPLE), source_limit: String(MAX_PEOPLE) };
  const query = new URLSearchParams({ ...parameters, merge: "true", ...limits });
  const path = `0.1/directories/lookup/${encodeURIComponent(profile)}?${query}`;
  const answer = await request({ path, accept: "application/x-ndjson", signal });
  if (!answer.ok) return failed(answer.failure);
  if (!answer.value.body) return failed({ kind: "broken", status: answer.value.status });
  try {
    return await readBody(answer.value.body, signal, addGroup);
  } catch {
    return failed({ kind: "unreachable" }); // The connection broke in the middle of the answer.
  }
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  addGroup: AddGroup,
): Promise<Ending> {
  const answered = new Set<string>();
  for await (const value of readLines(body)) {
    if (signal.aborted) return failed({ kind: "aborted" });
    const line = parseLine(value);
    if (line?.kind === "closing") return line;
    if (!line) continue;
    // A source that answers twice was asked for similar texts, too.
    addGroup(line.group, answered.has(line.group.source) ? "similar" : "term");
    answered.add(line.group.source);
  }
  return failed({ kind: "unreachable" });
}

function failed(failure: Failure): Ending {
  return { kind: "failed", failure };
}
