import type { Failure } from "../api.ts";
import { failureText } from "../failure-text.ts";
import { texts } from "../language.ts";
import { chosenProfile } from "../profiles.ts";
import { Sentence } from "./sentence.tsx";

/** Why there is no answer; the next keystroke tries again. */
export function LookupFailure({ failure }: { readonly failure: Failure }) {
  const profile = chosenProfile.value;
  return (
    <p role="alert">
      {failure.kind === "not-found" ? (
        <Sentence text={texts.errors.unknownProfile} parts={{ profile }} />
      ) : (
        failureText(failure)
      )}
    </p>
  );
}
