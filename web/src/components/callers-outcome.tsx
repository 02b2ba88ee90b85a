import { failureText } from "../failure-text.ts";
import { counted, texts } from "../language.ts";
import { callers, MAX_NUMBERS } from "../who-called.ts";
import { MissingSource } from "./missing-source.tsx";

/** How many numbers are known, and which sources did not answer. */
export function CallersOutcome() {
  const { state, callers: found, outcomes, isCut, failure } = callers.value;
  const known = found.filter((caller) => caller.source !== null).length;
  return (
    <>
      {/* Also there while it is empty: screen readers notice only what changes in it. */}
      <div class="outcome" role="status">
        {state === "running" && <p class="searching">{texts.search.searching}</p>}
        {state === "done" && <p>{counted(texts.whoCalled.found, known)}</p>}
        {isCut && <p class="missing">{counted(texts.whoCalled.cut, MAX_NUMBERS)}</p>}
        {outcomes
          .filter((outcome) => outcome.status !== "ok")
          .map((outcome) => (
            <MissingSource key={outcome.source} outcome={outcome} />
          ))}
      </div>
      {failure && failure.kind !== "session-ended" && <p role="alert">{failureText(failure)}</p>}
    </>
  );
}
