/** Which sources are shown: those whose name or backend has a text; one is found at `#/sources/<name>`. */

import { computed, effect, signal } from "@preact/signals";
import { folded } from "./folding.ts";
import { pageRoute, routeArgument } from "./route.ts";
import { SOURCES_ROUTE, sortedSources } from "./source-overview.ts";

/** More can't be overlooked. */
const MAX_UNFILTERED = 10;

export const filterText = signal("");

export const isFilterOffered = computed(
  () => sortedSources.value.length > MAX_UNFILTERED || filterText.value !== "",
);

export const shownSources = computed(() => {
  const part = folded(filterText.value.trim());
  return sortedSources.value.filter(({ name, backend }) => folded(`${name} ${backend}`).includes(part));
});

/** Filter by what the address names, whenever it changes. */
export function followAddress(): () => void {
  return effect(() => {
    if (pageRoute.value === SOURCES_ROUTE) filterText.value = routeArgument.value ?? "";
  });
}
