import { texts } from "../language.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { TextField } from "./text-field.tsx";

export function TokenForm() {
  const { signIn } = texts;
  return (
    <SignInForm wrong={signIn.wrongToken} credentials={(field) => ({ token: field("token").trim() })}>
      <TextField name="token" label={signIn.token} autoComplete="off" isSecret hasFocus />
    </SignInForm>
  );
}
