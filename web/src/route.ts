/** The part of the address that names a page and what it shows: `#/`, `#/favorites`, `#/phonebooks/UUID` … */

import { computed, signal } from "@preact/signals";

export type Route = { readonly page: string; readonly argument: string | null };

const PARTS = /^#\/([^/]*)\/?(.*)$/s;

/** Return the page of a fragment such as `#/phonebooks/UUID`, and what comes after its name. */
export function parseRoute(fragment: string): Route {
  const [, page = "", argument = ""] = PARTS.exec(fragment) ?? [];
  return { page: `/${page}`, argument: decoded(argument) };
}

/** Return the texts after the name of the page, which `pageLink` has put there. */
export function partsOf(fragment: string): readonly string[] {
  const [, , rest = ""] = PARTS.exec(fragment) ?? [];
  return rest === "" ? [] : rest.split("/").map((part) => decoded(part) ?? "");
}

const fragment = signal("");
const route = computed(() => parseRoute(fragment.value));

/** The address of the page, as `pages.ts` has it. */
export const pageRoute = computed(() => route.value.page);

/** What the page shows; null for all that it has. */
export const routeArgument = computed(() => route.value.argument);

/** The same, in parts. */
export const routeParts = computed(() => partsOf(fragment.value));

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
