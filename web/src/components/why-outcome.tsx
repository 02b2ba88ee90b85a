import type { Explanation } from "../explanation.ts";
import { failureText } from "../failure-text.ts";
import { counted, texts } from "../language.ts";
import { chosenProfile } from "../profiles.ts";
import { why } from "../why-no-name.ts";
import { Sentence } from "./sentence.tsx";

/** The name that a phone shows, or how many contacts were found; or why there is no answer. */
export function WhyOutcome() {
  const { state, explanation, failure } = why.value;
  const unknownProfile = failure?.kind === "not-found";
  return (
    <>
      {/* Also there while it is empty: screen readers notice only what changes in it. */}
      <div class="verdict" role="status">
        {state === "running" && <p class="quiet searching">{texts.search.searching}</p>}
        {state === "done" && explanation && <Verdict explanation={explanation} />}
      </div>
      {failure && failure.kind !== "session-ended" && (
        <p role="alert">
          {unknownProfile ? (
            <Sentence text={texts.errors.unknownProfile} parts={{ profile: chosenProfile.value }} />
          ) : (
            failureText(failure)
          )}
        </p>
      )}
    </>
  );
}

function Verdict({ explanation }: { readonly explanation: Explanation }) {
  const { service, name, asked, profile, contactCount } = explanation;
  const { shownName, noName, found } = texts.why;
  return (
    <>
      <p class="headline">
        {service === "lookup" && counted(found, contactCount)}
        {service === "reverse" &&
          (name ? <Sentence text={shownName} parts={{ name: <strong>{name}</strong> }} /> : noName)}
      </p>
      <p class="quiet">
        <Sentence text={texts.why.asked} parts={{ term: asked, profile }} />
      </p>
    </>
  );
}
