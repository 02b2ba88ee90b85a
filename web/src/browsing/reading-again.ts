/** Read the list again in place, when more of it can be shown. */

import type { Person } from "../person.ts";
import { firstInSight } from "../rows-in-sight.ts";
import type { GroupKind } from "./answer.ts";
import { browsedList, browsing, MAX_ROWS } from "./browsed-list.ts";
import type { Place } from "./place.ts";
import { readNext, STEP } from "./requests.ts";
import { cursorBefore, noRows, type Rows } from "./rows.ts";

const MAX_LIMIT = 500;

type Request = { readonly profile: string; readonly kind: GroupKind; readonly signal: AbortSignal };

/** Return the rows again, with the one that is selected, or that is at the top of the window; null if that fails. */
export async function readAgain(request: Request, place: Place): Promise<Rows | null> {
  let found: Rows | null = null;
  for (const start of [place, placeInSight()]) {
    const rows = await filled(request, start);
    // Whose place is too far away in the new list, and can't be found, is at the start.
    if (rows && (found === null || hasInSight(rows))) found = rows;
    if (!rows || hasInSight(rows)) break;
  }
  return found;
}

/** Load as many rows as there are, and some more if the one in sight is not among them; null if that fails. */
async function filled({ profile, kind, signal }: Request, start: Place): Promise<Rows | null> {
  const count = browsedList.people.peek().length;
  const max = Math.min(count + MAX_LIMIT, MAX_ROWS);
  let rows = noRows(start);
  do {
    const limit = Math.min(Math.max(count - rows.people.length, STEP), MAX_LIMIT);
    const answer = await readNext(profile, rows, { kind, limit }, signal);
    if (!answer.ok) return null;
    rows = answer.value;
    if (rows.people.length >= count && hasInSight(rows)) break;
  } while (rows.next !== null && rows.people.length < max);
  return rows;
}

function hasInSight({ people }: Rows): boolean {
  const inSight = personInSight();
  return !inSight || people.some(({ key }) => key === inSight.key);
}

/** Return a place shortly before the person in sight: where the request for that row began, or else its text. */
function placeInSight(): Place {
  const { rows } = browsing.peek();
  const after = cursorBefore(rows, indexInSight());
  const from = personInSight()?.cells[rows.fields.indexOf(rows.by)]?.[0] ?? "";
  return { by: rows.start.by, after, from: after === "" ? from : "" };
}

function personInSight(): Person | undefined {
  return browsedList.people.peek()[indexInSight()];
}

function indexInSight(): number {
  const selected = browsedList.selectedIndex.peek();
  return selected < 0 ? firstInSight() : selected;
}
