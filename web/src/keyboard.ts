/**
 * Keys of the search field and of the list below it.
 *
 * The arrow keys bring the focus to the links of the rows, so that Enter dials, and screen readers read the cell. A
 * character that is typed there goes to the field again. The selection stays while the focus is in the field, until
 * another text is typed.
 */

import type { RefObject } from "preact";
import { people } from "./lookup.ts";
import { select, selectedIndex } from "./selection.ts";

type Field = HTMLInputElement | null;

/** Bring the focus to the field with `/`, wherever it is, unless something is being typed. */
export function focusOnSlash(field: RefObject<HTMLInputElement | null>): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.key !== "/" || hasModifier(event) || isTextField(event.target)) return;
    event.preventDefault();
    field.current?.focus();
    field.current?.select();
  };
  addEventListener("keydown", listener);
  return () => removeEventListener("keydown", listener);
}

/** Move among the rows, and between them and the field. */
export function moveInList(event: KeyboardEvent, field: Field): void {
  if (!field || event.isComposing || hasModifier(event)) return;
  const isInField = event.target === field;
  const target = verticalTarget(event.key, isInField);
  if (target !== null) {
    event.preventDefault();
    focusRow(select(target), field);
  } else if (isInField) {
    if (event.key === "Enter") followSelected(field);
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    moveToLink(event);
  } else if (
    event.key === "Escape" ||
    event.key === "Backspace" ||
    (event.key.length === 1 && event.key !== " ")
  ) {
    focusEnd(field);
  }
}

/** Bring the focus to the field so that what is typed next continues its text. */
function focusEnd(field: HTMLInputElement): void {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function verticalTarget(key: string, isInField: boolean): number | null {
  if (key === "ArrowDown") return selectedIndex.peek() + 1;
  if (key === "ArrowUp") return Math.max(selectedIndex.peek() - 1, -1);
  if (isInField) return null;
  if (key === "Home") return 0;
  return key === "End" ? people.peek().length - 1 : null;
}

/** Bring the focus to the first number of a row, or to the field from the first row upwards. */
function focusRow(index: number, field: HTMLInputElement): void {
  const row = rowAt(index);
  if (row) (mainLink(row) ?? row).focus();
  else focusEnd(field);
}

/** Dial the first number of the selected row; without one, select the first row. */
function followSelected(field: HTMLInputElement): void {
  const row = rowAt(selectedIndex.peek());
  if (row) mainLink(row)?.click();
  else focusRow(select(0), field);
}

/** Bring the focus to another link of the row, such as the mobile number. */
function moveToLink(event: KeyboardEvent): void {
  const focused = document.activeElement;
  const links = [...(focused?.closest("tr")?.querySelectorAll("a") ?? [])];
  const current = links.findIndex((link) => link.isSameNode(focused));
  const next = links[current + (event.key === "ArrowRight" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function rowAt(index: number): HTMLTableRowElement | null {
  return document.querySelectorAll<HTMLTableRowElement>("tbody > tr")[index] ?? null;
}

function mainLink(row: HTMLTableRowElement): HTMLAnchorElement | null {
  return row.querySelector<HTMLAnchorElement>('a[href^="tel:"]') ?? row.querySelector("a");
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
