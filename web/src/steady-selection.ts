/** Keep the selected row at its place on the screen, and the focus in it, when rows arrive above it or are sorted. */

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

export function useSteadySelection(table: RefObject<HTMLTableElement | null>): void {
  // While a component is rendered, the screen still shows what was before.
  const row = table.current?.querySelector<HTMLTableRowElement>("tr.selected") ?? null;
  const focused = row?.contains(document.activeElement) ? document.activeElement : null;
  const before = row?.getBoundingClientRect().top ?? 0;
  useLayoutEffect(() => {
    if (!row?.isConnected || !row.classList.contains("selected")) return;
    scrollBy({ top: row.getBoundingClientRect().top - before, behavior: "instant" });
    // A row that is moved loses the focus.
    if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true });
  });
}
