/** Start the page. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { language } from "./language.ts";
import { searchText, startLookups } from "./lookup.ts";
import { forgetProfiles, loadProfiles } from "./profiles.ts";
import { startSelection } from "./selection.ts";
import { startSession } from "./session.ts";
import { sessionState } from "./session-state.ts";

function followSession(): void {
  effect(() => {
    const state = sessionState.value;
    if (state.kind === "signed-in") {
      void loadProfiles();
      return;
    }
    // Without a profile there are no people. The text stays when a session ends, so that the search goes on afterwards.
    forgetProfiles();
    if (state.kind === "signed-out" && state.reason === "signed-out") searchText.value = "";
  });
}

document.documentElement.lang = language;
startLookups();
startSelection();
followSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
void startSession();
