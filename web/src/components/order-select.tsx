import { favoriteOrder } from "../favorites.ts";
import { texts } from "../language.ts";
import { ChoiceSelect } from "./choice-select.tsx";

/** The order of the favorites. */
export function OrderSelect() {
  return (
    <ChoiceSelect
      label={texts.favorites.order}
      value={favoriteOrder.value}
      options={[
        { value: "name", text: texts.favorites.byName },
        { value: "source", text: texts.favorites.bySource },
      ]}
      onChoose={(value) => {
        favoriteOrder.value = value === "source" ? "source" : "name";
      }}
    />
  );
}
