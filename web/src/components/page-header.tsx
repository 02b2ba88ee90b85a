import { useSignal } from "@preact/signals";
import { failureText, signInFailureText } from "../failure-text.ts";
import { texts } from "../language.ts";
import { isAllowed, PAGES } from "../pages.ts";
import { linkFailure, signOut } from "../session.ts";
import { ProfileSelect } from "./profile-select.tsx";

/** The product, the pages, the profile and the end of the session. */
export function PageHeader({ current }: { readonly current: string }) {
  const error = useSignal("");
  const leave = async () => {
    const answer = await signOut();
    error.value = answer.ok ? "" : failureText(answer.failure);
  };
  return (
    <header class="page-header">
      <span class="product">xivo-dird</span>
      <nav aria-label={texts.header.navigation}>
        {PAGES.filter(isAllowed).map((page) => (
          <a
            key={page.route}
            href={`#${page.route}`}
            aria-current={page.route === current ? "page" : undefined}
          >
            {page.name}
          </a>
        ))}
      </nav>
      {error.value && <p role="alert">{error.value}</p>}
      {linkFailure.value && (
        <p role="status" class="quiet">
          {signInFailureText(linkFailure.value, texts.signIn.badCode)}
        </p>
      )}
      <ProfileSelect />
      <button type="button" onClick={leave}>
        {texts.header.signOut}
      </button>
    </header>
  );
}
