/** The pages of the navigation. A new page is a component of `pages/`, its name in `languages/`, and a line here. */

import { effect } from "@preact/signals";
import type { ComponentType } from "preact";
import { BROWSE_ROUTE } from "./browsing/place.ts";
import { PERSONAL_ACL } from "./contacts/personal-book.ts";
import { PHONEBOOKS_ACL } from "./contacts/phonebooks.ts";
import { texts } from "./language.ts";
import { METRICS_ACL } from "./latency-totals.ts";
import { BrowsePage } from "./pages/browse-page.tsx";
import { FavoritesPage } from "./pages/favorites-page.tsx";
import { PeoplePage } from "./pages/people-page.tsx";
import { PersonalPage } from "./pages/personal-page.tsx";
import { PhonebooksPage } from "./pages/phonebooks-page.tsx";
import { SourcesPage } from "./pages/sources-page.tsx";
import { WhoCalledPage } from "./pages/who-called-page.tsx";
import { WhyPage } from "./pages/why-page.tsx";
import { acl, askPermissions, isGranted } from "./permissions.ts";
import { chosenProfile, lookupAcl } from "./profiles.ts";
import { sessionState } from "./session-state.ts";
import { SOURCES_ROUTE, STATUS_ACL } from "./source-overview.ts";
import { reverseAcls } from "./who-called.ts";
import { explanationAcls, WHY_ROUTE } from "./why-no-name.ts";

export type Page = {
  readonly route: string;
  readonly name: string;
  readonly component: ComponentType;
  /** Permissions of which the page needs one; without them everybody may see it. */
  readonly acls?: (profile: string, userUuid: string | null) => readonly string[];
  /** Permissions that show more on the page. */
  readonly furtherAcls?: readonly string[];
};

export const PAGES: readonly [Page, ...Page[]] = [
  { route: "/", name: texts.header.people, component: PeoplePage },
  {
    route: BROWSE_ROUTE,
    name: texts.header.browse,
    component: BrowsePage,
    acls: (profile) => [lookupAcl(profile)],
  },
  {
    route: "/favorites",
    name: texts.header.favorites,
    component: FavoritesPage,
    acls: (profile, userUuid) => (userUuid === null ? [] : [acl`dird.directories.favorites.${profile}.read`]),
  },
  { route: "/who-called", name: texts.header.whoCalled, component: WhoCalledPage, acls: reverseAcls },
  {
    route: "/personal",
    name: texts.header.personal,
    component: PersonalPage,
    acls: (_profile, userUuid) => (userUuid === null ? [] : [PERSONAL_ACL]),
  },
  {
    route: "/phonebooks",
    name: texts.header.phonebooks,
    component: PhonebooksPage,
    acls: () => [PHONEBOOKS_ACL],
  },
  { route: WHY_ROUTE, name: texts.header.why, component: WhyPage, acls: explanationAcls },
  {
    route: SOURCES_ROUTE,
    name: texts.header.sources,
    component: SourcesPage,
    acls: () => [STATUS_ACL],
    furtherAcls: [METRICS_ACL],
  },
];

/** Return whether a page may be seen; null while that is unknown. */
export function isAllowed(page: Page): boolean | null {
  if (!page.acls) return true;
  const answers = aclsOf(page).map(isGranted);
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

/** Ask for the rights to see the pages, whenever the profile changes. */
export function startPageRights(): () => void {
  return effect(() => {
    if (chosenProfile.value !== "")
      void askPermissions(PAGES.flatMap((page) => [...aclsOf(page), ...(page.furtherAcls ?? [])]));
  });
}

function aclsOf(page: Page): readonly string[] {
  const state = sessionState.value;
  const userUuid = state.kind === "signed-in" ? state.session.userUuid : null;
  return page.acls?.(chosenProfile.value, userUuid) ?? [];
}
