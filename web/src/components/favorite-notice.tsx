import { changeFavorite, favoriteNotice } from "../favorite-changes.ts";
import { texts } from "../language.ts";
import { Sentence } from "./sentence.tsx";

/** That a favorite could not be added or removed. */
export function FavoriteFailure() {
  const notice = favoriteNotice.value;
  if (notice === null || notice.kind === "removed") return null;
  const text = notice.kind === "not-added" ? texts.favorites.notAdded : texts.favorites.notRemoved;
  return (
    <p role="alert" class="notice">
      <Sentence text={text} parts={{ name: notice.name }} />
    </p>
  );
}

/** Who was removed from the list, and how to undo it. */
export function RemovedFavorite({ onUndone }: { readonly onUndone: () => void }) {
  const notice = favoriteNotice.value;
  if (notice?.kind !== "removed") return null;
  return (
    <p class="notice">
      <span>
        <Sentence text={texts.favorites.removed} parts={{ name: notice.name }} />
      </span>
      <button
        type="button"
        class="link"
        onClick={() => {
          onUndone();
          void changeFavorite(notice.entries, notice.name, true);
        }}
      >
        {texts.favorites.undo}
      </button>
    </p>
  );
}
