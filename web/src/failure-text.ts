import type { Failure } from "./api.ts";
import { counted, texts } from "./language.ts";

/** Return what a person should know about a failure. */
export function failureText(failure: Failure): string {
  const { errors, signIn } = texts;
  switch (failure.kind) {
    case "aborted":
    case "unreachable":
      return errors.unreachable;
    case "session-ended":
      return signIn.sessionEnded;
    case "unauthorized":
    case "forbidden":
      return errors.forbidden;
    case "too-many":
      return errors.tooMany;
    case "not-found":
    case "refused":
      return errors.refused;
    case "broken":
      return errors.broken;
  }
}

/** Return why contacts could not be read or changed. */
export function contactFailureText(failure: Failure): string {
  if (failure.kind === "forbidden") return texts.contacts.forbidden;
  // That of a contact is no failure that is said in these words.
  return failure.kind === "not-found" ? texts.phonebooks.gone : failureText(failure);
}

/** Return what the daemon says about a failure, in English. */
export function reasonIn(failure: Failure): string {
  return failure.kind === "refused" ? failure.reason : "";
}

/** Return why a sign-in failed; `wrong` is what to say of wrong credentials. */
export function signInFailureText(failure: Failure, wrong: string): string {
  if (failure.kind === "unauthorized" || failure.kind === "refused") return wrong;
  if (failure.kind !== "too-many") return failureText(failure);
  const minutes = Math.ceil(failure.retryAfterSeconds / 60);
  return minutes > 1 ? counted(texts.signIn.tooManyMinutes, minutes) : texts.signIn.tooMany;
}
