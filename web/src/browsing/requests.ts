/** The requests of the list. */

import { type Answer, requestJson } from "../api.ts";
import { type GroupKind, type GroupsAnswer, parseGroups, parseRows } from "./answer.ts";
import { type Rows, withAnswer } from "./rows.ts";

/** How many rows are loaded at a time. */
export const STEP = 100;

/** Groups of fewer people are no help. */
const MIN_MEAN_PEOPLE = 1.25;

/** Load what comes after some rows, or the first ones. */
export async function readNext(
  profile: string,
  rows: Rows,
  options: { readonly kind: GroupKind; readonly limit: number },
  signal: AbortSignal,
): Promise<Answer<Rows>> {
  const { by, from: begin } = rows.start;
  const after = rows.next ?? rows.start.after;
  const from = rows.next === null ? begin : "";
  const query = parameters({ by, after, from, kind: options.kind, limit: String(options.limit) });
  const answer = await requestJson({ path: `${pathOf(profile)}?${query}`, signal });
  if (!answer.ok) return answer;
  return { ok: true, value: withAnswer(rows, parseRows(answer.value, rows.used), after) };
}

/** Load the groups of the whole list; without a kind, by text if enough people have the same one. */
export async function readGroups(
  profile: string,
  by: string,
  kind: GroupKind | null,
  signal: AbortSignal,
): Promise<Answer<GroupsAnswer>> {
  const query = parameters({ by, kind: kind ?? "" });
  const answer = await requestJson({ path: `${pathOf(profile)}/groups?${query}`, signal });
  if (!answer.ok) return answer;
  const groups = parseGroups(answer.value);
  const isUseful = groups.kind === "initials" || countPeople(groups) >= MIN_MEAN_PEOPLE * groups.items.length;
  return isUseful || kind !== null
    ? { ok: true, value: groups }
    : readGroups(profile, by, "initials", signal);
}

export function countPeople({ items }: GroupsAnswer): number {
  return items.reduce((sum, { count }) => sum + count, 0);
}

function pathOf(profile: string): string {
  return `0.1/directories/browse/${encodeURIComponent(profile)}`;
}

function parameters(values: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
}
