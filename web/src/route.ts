/** The part of the address that names a page: `#/`, `#/favorites` … */

import { signal } from "@preact/signals";

function currentRoute(): string {
  return location.hash.slice(1) || "/";
}

export const route = signal(currentRoute());

addEventListener("hashchange", () => {
  route.value = currentRoute();
});
