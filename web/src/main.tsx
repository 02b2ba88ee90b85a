/** Start the page. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { forgetBrowsing } from "./browsing/browsed-list.ts";
import { forgetDrafts, hasDrafts } from "./contacts/editing.ts";
import { forgetImports } from "./contacts/importing.ts";
import { forgetPersonalContacts } from "./contacts/personal-book.ts";
import { isPhonebookChanged, phonebookDraft } from "./contacts/phonebook-draft.ts";
import { forgetPhonebooks } from "./contacts/phonebooks.ts";
import { startFavoriteRights } from "./favorite-rights.ts";
import { language } from "./language.ts";
import { searchText, startLookups, startSelection } from "./lookup.ts";
import { notice } from "./notices.ts";
import { startPageRights } from "./pages.ts";
import { forgetPermissions } from "./permissions.ts";
import { chosenProfile, forgetProfiles, loadProfiles } from "./profiles.ts";
import { pageRoute, routeArgument, startRoutes } from "./route.ts";
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
      // What was searched or typed before a session ended goes on afterwards, but only for the same person.
      const { tenantUuid, userUuid } = state.session;
      const user = `${tenantUuid} ${userUuid}`;
      if (user !== formerUser) forgetWork();
      formerUser = user;
      void loadProfiles();
      return;
    }
    // Without a profile there are no people.
    forgetProfiles();
    forgetPermissions();
    if (state.kind === "signed-out" && state.reason === "signed-out") forgetWork();
  });
}

function forgetWork(): void {
  searchText.value = "";
  forgetCallers();
  forgetBrowsing();
  forgetPersonalContacts();
  forgetDrafts();
  forgetImports();
  forgetPhonebooks();
  phonebookDraft.value = null;
  forgetQuestions();
  forgetSources();
}

/** Ask before the window is closed while something is typed that the daemon does not have. */
function keepDrafts(): void {
  addEventListener("beforeunload", (event) => {
    const draft = phonebookDraft.peek();
    if (hasDrafts() || (draft && isPhonebookChanged(draft))) event.preventDefault();
  });
}

/** Forget what became of the last change, when something else is done. */
function forgetNotices(): void {
  effect(() => {
    void [searchText.value, pageRoute.value, routeArgument.value, chosenProfile.value];
    notice.value = null;
  });
}

document.documentElement.lang = language;
startRoutes();
startLookups();
startSelection();
startFavoriteRights();
startPageRights();
forgetNotices();
followSession();
followLinks();
keepDrafts();
const root = document.getElementById("app");
if (root) render(<App />, root);
void startSession();
