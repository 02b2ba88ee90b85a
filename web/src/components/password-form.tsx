import { texts } from "../language.ts";
import { SignInForm } from "./sign-in-form.tsx";
import { TextField } from "./text-field.tsx";

export function PasswordForm() {
  const { signIn } = texts;
  return (
    <SignInForm
      wrong={signIn.wrongPassword}
      credentials={(field) => ({ username: field("username"), password: field("password") })}
    >
      <TextField name="username" label={signIn.userName} autoComplete="username" hasFocus />
      <TextField name="password" label={signIn.password} autoComplete="current-password" isSecret />
    </SignInForm>
  );
}
