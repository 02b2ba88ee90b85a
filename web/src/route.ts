/** The part of the address that names a page and what it shows: `#/`, `#/favorites`, `#/phonebooks/UUID` … */

import { computed, signal } from "@preact/signals";

export type Route = { readonly page: string; readonly argument: string | null };

/** Return the page of a fragment such as `#/phonebooks/UUID`, and what comes after its name. */
export function parseRoute(fragment: string): Route {
  const [, page = "", argument = ""] = /^#\/([^/]*)\/?(.*)$/s.exec(fragment) ?? [];
  return { page: `/${page}`, argument: decoded(argument) };
}

const fragment = signal("");
const route = computed(() => parseRoute(fragment.value));

/** The address of the page, as `pages.ts` has it. */
export const pageRoute = computed(() => route.value.page);

/** What the page shows; null for all that it has. */
export const routeArgument = computed(() => route.value.argument);

export function startRoutes(): () => void {
  const follow = () => {
    fragment.value = location.hash;
  };
  follow();
  addEventListener("hashchange", follow);
  return () => removeEventListener("hashchange", follow);
}

function decoded(text: string): string | null {
  if (text === "") return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
