/** Keep the focus where it is when rows are moved, which takes it from what is in them. */

import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

export function useKeptFocus(list: RefObject<HTMLElement | null>): void {
  // While a component is rendered, the screen still shows what was before.
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && list.current?.contains(active) ? active : null;
  useLayoutEffect(() => {
    if (!focused || document.activeElement === focused) return;
    const target = focused.isConnected ? focused : list.current?.closest("main");
    target?.focus({ preventScroll: true });
  });
}
