import { useLayoutEffect, useRef } from "preact/hooks";
import { browsedList, browsing } from "../browsing/browsed-list.ts";
import { followBrowsing, place } from "../browsing/loading.ts";
import { ordersOf } from "../browsing/orders.ts";
import { BrowseChoice } from "../components/browse-choice.tsx";
import { BrowseList } from "../components/browse-list.tsx";
import { BrowseOutcome } from "../components/browse-outcome.tsx";
import { JumpBar } from "../components/jump-bar.tsx";
import { ListActions } from "../components/list-actions.tsx";
import { FailureNotice } from "../components/notices.tsx";
import { endAll } from "../ending.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";

/** All people of the profile, in the order of a column. */
export function BrowsePage() {
  const main = useInitialFocus<HTMLElement>({ preventScroll: true });
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    showTitle(texts.header.browse);
    return endAll(followBrowsing(), focusOnSlash());
  }, []);
  useLayoutEffect(() => {
    // What had the focus, such as the button for the last rows, may be no more.
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  });
  const { by } = place.value;
  const order = ordersOf(browsing.value.rows, by).find((one) => one.field === by)?.title ?? "";
  return (
    <main
      ref={main}
      class="people browse"
      tabIndex={-1}
      onKeyDown={(event) => moveInList(event, field.current, browsedList)}
    >
      <div class="page-title">
        <h1>
          {texts.header.browse}
          <span class="for-print">
            {": "}
            <bdi>{order}</bdi>
          </span>
        </h1>
        <BrowseChoice field={field} />
      </div>
      <div class="list-foot">
        <BrowseOutcome />
        <ListActions list={browsedList} fileName={`${texts.header.browse} ${order}`} />
      </div>
      <JumpBar />
      <BrowseList />
      <FailureNotice />
    </main>
  );
}
