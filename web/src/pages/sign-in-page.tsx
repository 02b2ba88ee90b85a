import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { PasswordForm } from "../components/password-form.tsx";
import { TokenForm } from "../components/token-form.tsx";
import { signInFailureText } from "../failure-text.ts";
import { texts } from "../language.ts";
import { linkFailure } from "../session.ts";
import type { SessionState } from "../session-state.ts";
import { signInMethods } from "../session-state.ts";
import { showTitle } from "../title.ts";

export type Reason = Extract<SessionState, { readonly kind: "signed-out" }>["reason"];

/** Sign in with a password, if the daemon can check one, or with a token. */
export function SignInPage({ reason }: { readonly reason: Reason }) {
  const wantsToken = useSignal(false);
  const hasPasswords = signInMethods.value.includes("password");
  useEffect(() => {
    showTitle(texts.signIn.title);
  }, []);
  return (
    <main class="dialog">
      <p class="product">xivo-dird</p>
      <h1>{texts.signIn.title}</h1>
      {reason === "ended" && <p role="status">{texts.signIn.sessionEnded}</p>}
      {linkFailure.value && <p role="alert">{signInFailureText(linkFailure.value, texts.signIn.badCode)}</p>}
      {hasPasswords && !wantsToken.value ? <PasswordForm /> : <TokenForm />}
      {hasPasswords && (
        <button
          type="button"
          class="link"
          onClick={() => {
            wantsToken.value = !wantsToken.value;
          }}
        >
          {wantsToken.value ? texts.signIn.withPassword : texts.signIn.withToken}
        </button>
      )}
    </main>
  );
}
