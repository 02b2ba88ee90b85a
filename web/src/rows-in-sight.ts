/** The rows of people on the screen; headings of groups are none. */

/** In pixels: above it are the titles of the columns. */
const TOP = 96;

const PERSON_ROWS = "tbody > tr:not(.group)";

export function personRows(parent: ParentNode): readonly HTMLTableRowElement[] {
  return [...parent.querySelectorAll<HTMLTableRowElement>(PERSON_ROWS)];
}

/** Return the position of the first row below the titles; -1 if one has not scrolled. */
export function firstInSight(): number {
  if (scrollY === 0) return -1;
  return personRows(document).findIndex((row) => row.getBoundingClientRect().bottom > TOP);
}
