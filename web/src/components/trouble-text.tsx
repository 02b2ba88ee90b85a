import { texts } from "../language.ts";
import type { Trouble } from "../source-report.ts";

/** The cause of an error of which the daemon knows nothing more. */
const UNKNOWN_CAUSE = "error";

/** What is wrong and what to do, in the words of the daemon, which are English; its own error is folded. */
export function TroubleText({ trouble: { error, cause, action } }: { readonly trouble: Trouble }) {
  const isUnknown = cause === null || cause === UNKNOWN_CAUSE;
  return (
    <>
      <p lang="en" dir="auto">
        {isUnknown ? error : <strong>{sentence(cause)}</strong>}
      </p>
      {action !== null && <English text={sentence(action)} />}
      {!isUnknown && (
        <details>
          <summary>{texts.sources.error}</summary>
          <English text={error} />
        </details>
      )}
    </>
  );
}

/** A text of the daemon, which may name a file or a person. */
export function English({ text }: { readonly text: string }) {
  return (
    <p lang="en" dir="auto">
      {text}
    </p>
  );
}

/** The daemon writes parts of a line, for its commands. */
function sentence(text: string): string {
  const [first = "", ...others] = text;
  return first.toUpperCase() + others.join("") + (/[.!?]$/.test(text) ? "" : ".");
}
