import { PageHeader } from "./components/page-header.tsx";
import { Unreachable } from "./components/unreachable.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";
import { PAGES } from "./pages.ts";
import { route } from "./route.ts";
import { sessionState } from "./session-state.ts";

/** Everything that is on the screen. */
export function App() {
  const state = sessionState.value;
  switch (state.kind) {
    case "starting":
      return null;
    case "unreachable":
      return <Unreachable />;
    case "signed-out":
      return <SignInPage reason={state.reason} />;
    case "signed-in": {
      const page = PAGES.find((one) => one.route === route.value) ?? PAGES[0];
      return (
        <>
          <PageHeader current={page.route} />
          <page.component />
        </>
      );
    }
  }
}
