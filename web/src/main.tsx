/** Start the page. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { favoriteNotice } from "./favorite-changes.ts";
import { startFavoriteRights } from "./favorite-rights.ts";
import { language } from "./language.ts";
import { searchText, startLookups, startSelection } from "./lookup.ts";
import { startPageRights } from "./pages.ts";
import { forgetPermissions } from "./permissions.ts";
import { chosenProfile, forgetProfiles, loadProfiles } from "./profiles.ts";
import { route } from "./route.ts";
import { followLinks, startSession } from "./session.ts";
import { sessionState } from "./session-state.ts";
import { forgetSources } from "./source-overview.ts";
import { forgetCallers } from "./who-called.ts";
import { forgetQuestions } from "./why-no-name.ts";

function followSession(): void {
  let formerUser = "";
  effect(() => {
    const state = sessionState.value;
    if (state.kind === "signed-in") {
      // What was searched before a session ended goes on afterwards, but only for the same person.
      const { tenantUuid, userUuid } = state.session;
      const user = `${tenantUuid} ${userUuid}`;
      if (user !== formerUser) forgetSearches();
      formerUser = user;
      void loadProfiles();
      return;
    }
    // Without a profile there are no people.
    forgetProfiles();
    forgetPermissions();
    if (state.kind === "signed-out" && state.reason === "signed-out") forgetSearches();
  });
}

function forgetSearches(): void {
  searchText.value = "";
  forgetCallers();
  forgetQuestions();
  forgetSources();
}

/** Forget what became of the last change of a favorite, when something else is done. */
function forgetNotices(): void {
  effect(() => {
    void [searchText.value, route.value, chosenProfile.value];
    favoriteNotice.value = null;
  });
}

document.documentElement.lang = language;
startLookups();
startSelection();
startFavoriteRights();
startPageRights();
forgetNotices();
followSession();
followLinks();
const root = document.getElementById("app");
if (root) render(<App />, root);
void startSession();
