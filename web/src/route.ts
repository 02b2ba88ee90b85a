/** The part of the address that names a page: `#/`, `#/favorites`, `#/why/2045` … */

import { batch, signal } from "@preact/signals";

const PARTS = /^(\/[^/]*)\/?(.*)$/s;

function currentParts(): readonly [route: string, argument: string] {
  const [, route = "/", argument = ""] = PARTS.exec(location.hash.slice(1)) ?? [];
  return [route, decoded(argument)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The first segment, which is the page: `/why`. */
export const route = signal(currentParts()[0]);

/** What the page is about: `2045`; empty if the address names nothing. */
export const routeArgument = signal(currentParts()[1]);

addEventListener("hashchange", () => {
  batch(() => {
    [route.value, routeArgument.value] = currentParts();
  });
});
