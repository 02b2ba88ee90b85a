import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedSubmitEvent } from "preact";
import { signInFailureText } from "../failure-text.ts";
import { texts } from "../language.ts";
import { type Credentials, signIn } from "../session.ts";

type Properties = {
  readonly children: ComponentChildren;
  /** What is said if the credentials are wrong. */
  readonly wrong: string;
  readonly credentials: (field: (name: string) => string) => Credentials;
};

/** A form that signs in with its fields. */
export function SignInForm({ children, wrong, credentials }: Properties) {
  const error = useSignal("");
  const isBusy = useSignal(false);
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy.value) return;
    const form = new FormData(event.currentTarget);
    isBusy.value = true;
    error.value = "";
    const answer = await signIn(credentials((name) => String(form.get(name) ?? "")));
    isBusy.value = false;
    if (!answer.ok) error.value = signInFailureText(answer.failure, wrong);
  };
  return (
    <form onSubmit={submit}>
      {children}
      {error.value && <p role="alert">{error.value}</p>}
      <button type="submit" class="primary" aria-disabled={isBusy.value}>
        {texts.signIn.submit}
      </button>
    </form>
  );
}
