import { texts } from "../language.ts";
import type { Trouble } from "../source-report.ts";

/** What is wrong and what to do, in the words of the daemon, which are English; its own error is folded. */
export function TroubleText({ trouble: { error, cause, action } }: { readonly trouble: Trouble }) {
  if (cause === null && action === null) return <English text={error} />;
  return (
    <>
      {cause !== null && <English text={sentence(cause)} />}
      {action !== null && <English text={sentence(action)} />}
      <details>
        <summary>{texts.sources.error}</summary>
        <English text={error} />
      </details>
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
