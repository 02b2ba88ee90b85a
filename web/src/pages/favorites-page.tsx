import { useLayoutEffect, useRef } from "preact/hooks";
import { FavoritesOutcome } from "../components/favorites-outcome.tsx";
import { ListActions } from "../components/list-actions.tsx";
import { ChangeNotice, FailureNotice } from "../components/notices.tsx";
import { OrderSelect } from "../components/order-select.tsx";
import { PeopleTable } from "../components/people-table.tsx";
import { favoritesList, loadFavorites } from "../favorites.ts";
import { focusOnSlash, moveInList } from "../keyboard.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";

/** The people whom one has marked with a star. */
export function FavoritesPage() {
  const main = useRef<HTMLElement>(null);
  const count = favoritesList.people.value.length;
  useLayoutEffect(() => {
    showTitle(texts.header.favorites);
    main.current?.focus();
    const stops = [loadFavorites(), focusOnSlash()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  useLayoutEffect(() => {
    // When the last one is removed, its star has lost the focus.
    if (count === 0 && document.activeElement === document.body) main.current?.focus();
  }, [count]);
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
