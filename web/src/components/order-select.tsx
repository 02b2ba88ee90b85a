import { favoriteOrder } from "../favorites.ts";
import { texts } from "../language.ts";

/** The order of the favorites. */
export function OrderSelect() {
  return (
    <label class="order">
      <span>{texts.favorites.order}</span>
      <select
        value={favoriteOrder.value}
        onChange={(event) => {
          favoriteOrder.value = event.currentTarget.value === "source" ? "source" : "name";
        }}
      >
        <option value="name">{texts.favorites.byName}</option>
        <option value="source">{texts.favorites.bySource}</option>
      </select>
    </label>
  );
}
