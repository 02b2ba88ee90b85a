import type { Failure } from "../api.ts";
import { failureText } from "../failure-text.ts";
import { texts } from "../language.ts";
import { chosenProfile } from "../profiles.ts";
import { Sentence } from "./sentence.tsx";

type Properties = {
  readonly failure: Failure;
  /** Without it, the next keystroke tries again. */
  readonly onRetry?: () => void;
};

/** Why there is no answer. */
export function LookupFailure({ failure, onRetry }: Properties) {
  const profile = chosenProfile.value;
  return (
    <p role="alert">
      {failure.kind === "not-found" ? (
        <Sentence text={texts.errors.unknownProfile} parts={{ profile }} />
      ) : (
        failureText(failure)
      )}
      {onRetry && (
        <>
          {" "}
          <button type="button" class="link" onClick={onRetry}>
            {texts.errors.retry}
          </button>
        </>
      )}
    </p>
  );
}
