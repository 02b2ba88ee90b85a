/** Give an element the focus when it is shown first: before the screen is drawn, so that what is typed at once goes there. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export function useInitialFocus<T extends HTMLElement>({
  preventScroll = false,
}: FocusOptions = {}): RefObject<T | null> {
  const element = useRef<T>(null);
  useLayoutEffect(() => element.current?.focus({ preventScroll }), [preventScroll]);
  return element;
}
