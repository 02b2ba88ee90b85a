/** Keep the selected row at its place on the screen, and the focus in the list, when rows come, go or are sorted. */

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import { focusInRow } from "./keyboard.ts";
import type { PeopleList } from "./selection.ts";

export function useSteadySelection(table: RefObject<HTMLTableElement | null>, list: PeopleList): void {
  // While a component is rendered, the screen still shows what was before.
  const selected = table.current?.querySelector<HTMLTableRowElement>("tbody tr.selected") ?? null;
  const before = selected?.getBoundingClientRect().top ?? 0;
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && table.current?.contains(active) ? active : null;
  const position = focused?.closest("tr")?.sectionRowIndex ?? 0;
  useLayoutEffect(() => {
    const row = table.current?.querySelector<HTMLTableRowElement>("tbody tr.selected") ?? null;
    // Not if it is another row, into which that of the same person has gone.
    if (row && row === selected) {
      scrollBy({ top: row.getBoundingClientRect().top - before, behavior: "instant" });
    }
    // A row that is moved loses the focus.
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    else if (focused) focusInRow(row ? list.selectedIndex.peek() : list.select(position), focused.tagName);
  });
}
