/** Keep the selected row at its place on the screen, and the focus in the list, when rows come, go or are sorted. */

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { focusInRow } from "./keyboard.ts";
import { firstInSight, personRows } from "./rows-in-sight.ts";
import type { PeopleList } from "./selection.ts";

/** `keepsPlace`: without a selected row, the one at the top of the window stays where it is. */
export function useSteadySelection(
  table: RefObject<HTMLTableElement | null>,
  list: PeopleList,
  keepsPlace: boolean,
): void {
  // While a component is rendered, the screen still shows what was before.
  const selected = selectedRow(table.current);
  const rows = table.current ? personRows(table.current) : [];
  const kept = selected ?? (keepsPlace ? rows[firstInSight()] : undefined);
  const before = kept?.getBoundingClientRect().top ?? 0;
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && table.current?.contains(active) ? active : null;
  const position = rows.findIndex((row) => row.contains(focused));
  useLayoutEffect(() => {
    const row = selectedRow(table.current);
    // Not if it is another row, into which that of the same person has gone.
    if (kept?.isConnected && row === selected) {
      scrollBy({ top: kept.getBoundingClientRect().top - before, behavior: "instant" });
    }
    // A row that is moved loses the focus.
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    else if (focused) focusInRow(row ? list.selectedIndex.peek() : list.select(position), focused.tagName);
  });
}

function selectedRow(table: HTMLTableElement | null): HTMLTableRowElement | null {
  return table?.querySelector<HTMLTableRowElement>("tbody tr.selected") ?? null;
}
