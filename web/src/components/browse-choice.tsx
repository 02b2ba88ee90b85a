import type { RefObject } from "preact";
import { browsing } from "../browsing/browsed-list.ts";
import { beginAt, beginText, place } from "../browsing/loading.ts";
import { ordersOf } from "../browsing/orders.ts";
import { startLink } from "../browsing/place.ts";
import { texts } from "../language.ts";
import { ChoiceSelect } from "./choice-select.tsx";
import { FilterField } from "./filter-field.tsx";

/** By which column the list is sorted, and the text at which it begins. */
export function BrowseChoice({ field }: { readonly field: RefObject<HTMLInputElement | null> }) {
  const { by } = place.value;
  const orders = ordersOf(browsing.value.rows, by);
  const isKnown = orders.some((order) => order.field === by);
  return (
    <div class="browse-choice">
      {orders.length > 0 && (
        <ChoiceSelect
          label={texts.browse.by}
          value={isKnown ? by : ""}
          options={orders.map((order) => ({ value: order.field, text: order.title }))}
          onChoose={(value) => {
            location.hash = startLink(value);
          }}
        />
      )}
      <FilterField field={field} label={texts.browse.from} value={beginText.value} onInput={beginAt} />
    </div>
  );
}
