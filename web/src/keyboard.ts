/**
 * Keys of the search field and of the list below it.
 *
 * The arrow keys bring the focus to the links of the rows, so that Enter dials, and screen readers read the cell. A
 * character that is typed there goes to the field again. The selection stays while the focus is in the field, until
 * another text is typed.
 */

import type { RefObject } from "preact";
import { firstInSight, personRows } from "./rows-in-sight.ts";
import type { PeopleList } from "./selection.ts";

/** The search field, or the page itself if it has none: where the focus is while nobody is selected. */
type Home = HTMLElement | null;

const SEARCH_PAGE = "#/";

/** Bring the focus to the search field with `/`, wherever it is, unless something is being typed. */
export function focusOnSlash(field?: RefObject<HTMLInputElement | null>): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.key !== "/" || hasModifier(event) || isTextField(event.target)) return;
    event.preventDefault();
    if (!field) location.hash = SEARCH_PAGE;
    field?.current?.focus();
    field?.current?.select();
  };
  addEventListener("keydown", listener);
  return () => removeEventListener("keydown", listener);
}

/** Move among the rows, and between them and the field. */
export function moveInList(event: KeyboardEvent, home: Home, list: PeopleList): void {
  if (!home || event.isComposing || hasModifier(event)) return;
  const isHome = event.target === home;
  if (isTextField(event.target) && !isHome) return;
  const target = verticalTarget(event.key, isHome, list);
  if (target !== null) {
    event.preventDefault();
    const row = list.select(target);
    if (!focusInRow(row)) focusEnd(home);
  } else if (isHome) {
    if (event.key === "Enter") followSelected(list);
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    moveToLink(event);
  } else if (event.key === "Escape" || (home instanceof HTMLInputElement && isTyping(event.key))) {
    focusEnd(home);
  }
}

/** Bring the focus to the first number of a row, or to its star; return whether there is such a row. */
export function focusInRow(index: number, tagName = "A"): boolean {
  const row = rowAt(index);
  const star = tagName === "BUTTON" ? row?.querySelector("button") : null;
  if (row) (star ?? mainLink(row) ?? row).focus();
  return row !== null;
}

/** Bring the focus to the field so that what is typed next continues its text. */
function focusEnd(home: HTMLElement): void {
  home.focus();
  if (home instanceof HTMLInputElement) home.setSelectionRange(home.value.length, home.value.length);
}

function verticalTarget(key: string, isHome: boolean, list: PeopleList): number | null {
  if (key === "ArrowDown") return following(list.selectedIndex.peek(), isHome);
  if (key === "ArrowUp") return Math.max(list.selectedIndex.peek() - 1, -1);
  if (isHome) return null;
  if (key === "Home") return 0;
  return key === "End" ? list.people.peek().length - 1 : null;
}

/** Return the next row; while none is selected, one that can be seen. */
function following(selected: number, isHome: boolean): number {
  return selected < 0 && !isHome ? Math.max(firstInSight(), 0) : selected + 1;
}

/** Dial the first number of the selected row; without one, select the first row. */
function followSelected(list: PeopleList): void {
  const row = rowAt(list.selectedIndex.peek());
  if (row) mainLink(row)?.click();
  else focusInRow(list.select(0));
}

/** Bring the focus to another link of the row, such as the mobile number, or to its star. */
function moveToLink(event: KeyboardEvent): void {
  const focused = document.activeElement;
  const links = [...(focused?.closest("tr")?.querySelectorAll<HTMLElement>("a, button") ?? [])];
  const current = links.findIndex((link) => link.isSameNode(focused));
  const next = links[current + (event.key === "ArrowRight" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function rowAt(index: number): HTMLTableRowElement | null {
  return personRows(document)[index] ?? null;
}

function mainLink(row: HTMLTableRowElement): HTMLAnchorElement | null {
  return row.querySelector<HTMLAnchorElement>('a[href^="tel:"]') ?? row.querySelector("a");
}

function isTyping(key: string): boolean {
  return key === "Backspace" || (key.length === 1 && key !== " ");
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey;
}

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}
