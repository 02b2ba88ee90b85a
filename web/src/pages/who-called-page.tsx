import { useLayoutEffect } from "preact/hooks";
import { CallerEntry } from "../components/caller-entry.tsx";
import { CallersOutcome } from "../components/callers-outcome.tsx";
import { NumberForm } from "../components/number-form.tsx";
import { focusOnSlash } from "../keyboard.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";
import { callers } from "../who-called.ts";

/** Find out whose numbers these are. */
export function WhoCalledPage() {
  useLayoutEffect(() => {
    showTitle(texts.header.whoCalled);
    return focusOnSlash();
  }, []);
  return (
    <main class="people">
      <div class="page-title">
        <h1>{texts.header.whoCalled}</h1>
      </div>
      <NumberForm />
      <ul class="callers" aria-label={texts.whoCalled.list}>
        {callers.value.callers.map((caller) => (
          <CallerEntry key={caller.number} caller={caller} />
        ))}
      </ul>
      <CallersOutcome />
    </main>
  );
}
