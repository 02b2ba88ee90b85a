import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../language.ts";
import type { PeopleList } from "../selection.ts";

type Properties = {
  readonly list: PeopleList;
  readonly hasMore: ReadonlySignal<boolean>;
  readonly onMore: () => void;
};

/** Shows more rows when one has scrolled near the last one, or with its button. */
export function MoreRows({ list, hasMore, onMore }: Properties) {
  const button = useRef<HTMLButtonElement>(null);
  // Rendered after each step, as it may still be near.
  void list.people.value;
  const isThere = hasMore.value;
  useEffect(() => {
    if (!button.current || !isThere) return;
    const observer = new IntersectionObserver(
      (entries) => {
        // The last one tells where it is now: a busy browser reports several moments at once.
        if (entries.at(-1)?.isIntersecting) onMore();
      },
      { rootMargin: "800px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  });
  if (!isThere) return null;
  return (
    <button type="button" ref={button} class="link more" onClick={onMore}>
      {texts.contacts.more}
    </button>
  );
}
