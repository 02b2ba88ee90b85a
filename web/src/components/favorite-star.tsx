import { nameOf } from "../columns.ts";
import { changeFavorite, entriesToMark } from "../favorite-changes.ts";
import { texts } from "../language.ts";
import type { Column } from "../lookup-answer.ts";
import { isFavorite, type Person } from "../person.ts";

const STAR = "M12 2.6l2.9 6.1 6.6.9-4.8 4.6 1.2 6.6L12 17.6l-5.9 3.2 1.2-6.6L2.5 9.6l6.6-.9z";

type Properties = { readonly person: Person; readonly columns: readonly Column[] };

/** Make a person a favorite, or none any more; nothing if the daemon would refuse both. */
export function FavoriteStar({ person, columns }: Properties) {
  const isPressed = isFavorite(person);
  const entries = entriesToMark(person, !isPressed);
  if (entries.length === 0) return null;
  const name = nameOf(person, columns);
  const label = isPressed ? texts.favorites.remove : texts.favorites.add;
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      aria-label={label.replace("{name}", () => name)}
      onClick={() => void changeFavorite(entries, name, !isPressed)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={STAR} />
      </svg>
    </button>
  );
}
