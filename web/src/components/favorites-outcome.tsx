import { failureText } from "../failure-text.ts";
import { favorites, favoritesList } from "../favorites.ts";
import { counted, texts } from "../language.ts";

/** How many favorites there are, how to get some, or why they are not shown. */
export function FavoritesOutcome() {
  const { state, failure } = favorites.value;
  const count = favoritesList.people.value.length;
  if (failure?.kind === "not-found") return <p class="hint">{texts.favorites.notInProfile}</p>;
  if (failure && failure.kind !== "session-ended") return <p role="alert">{failureText(failure)}</p>;
  if (state !== "done") return <p class="outcome searching">{texts.favorites.loading}</p>;
  if (count === 0) return <p class="hint">{texts.favorites.none}</p>;
  return <p class="outcome">{counted(texts.favorites.count, count)}</p>;
}
