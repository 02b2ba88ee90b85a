import { useLayoutEffect } from "preact/hooks";
import { FavoritesOutcome } from "../components/favorites-outcome.tsx";
import { ListActions } from "../components/list-actions.tsx";
import { ChangeNotice, FailureNotice } from "../components/notices.tsx";
import { OrderSelect } from "../components/order-select.tsx";
import { PeopleTable } from "../components/people-table.tsx";
import { endAll } from "../ending.ts";
import { favoritesList, loadFavorites } from "../favorites.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";

/** The people whom one has marked with a star. */
export function FavoritesPage() {
  const main = useInitialFocus<HTMLElement>();
  const count = favoritesList.people.value.length;
  useLayoutEffect(() => {
    showTitle(texts.header.favorites);
    return endAll(loadFavorites(), focusOnSlash());
  }, []);
  useLayoutEffect(() => {
    // When the last one is removed, its star has lost the focus.
    if (count === 0 && document.activeElement === document.body) main.current?.focus();
  }, [count, main]);
  return (
    <main
      ref={main}
      class="people"
      tabIndex={-1}
      onKeyDown={(event) => moveInList(event, main.current, favoritesList)}
    >
      <div class="page-title">
        <h1>{texts.header.favorites}</h1>
        {count > 1 && <OrderSelect />}
      </div>
      {count > 0 && <PeopleTable list={favoritesList} />}
      <div class="list-foot">
        <FavoritesOutcome />
        <ListActions list={favoritesList} fileName={texts.header.favorites} />
      </div>
      <ChangeNotice onUndone={() => main.current?.focus()} />
      <FailureNotice />
    </main>
  );
}
