import { PageHeader } from "./components/page-header.tsx";
import { Unreachable } from "./components/unreachable.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";
import { isAllowed, PAGES } from "./pages.ts";
import { pageRoute } from "./route.ts";
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
    case "signed-in":
      return <SignedIn />;
  }
}

/** The page of the address, or the first one if that may not be seen; nothing while it is unknown. */
function SignedIn() {
  const wanted = PAGES.find((one) => one.route === pageRoute.value) ?? PAGES[0];
  const access = isAllowed(wanted);
  const page = access === false ? PAGES[0] : wanted;
  return (
    <>
      <PageHeader current={page.route} />
      {access !== null && <page.component />}
    </>
  );
}
