/** The pages of the navigation. A new page is a component of `pages/`, its name in `languages/`, and a line here. */

import type { ComponentType } from "preact";
import { texts } from "./language.ts";
import { PeoplePage } from "./pages/people-page.tsx";

export type Page = { readonly route: string; readonly name: string; readonly component: ComponentType };

export const PAGES: readonly [Page, ...Page[]] = [
  { route: "/", name: texts.header.people, component: PeoplePage },
];
