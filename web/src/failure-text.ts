import type { Failure } from "./api.ts";
import { texts } from "./language.ts";

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
