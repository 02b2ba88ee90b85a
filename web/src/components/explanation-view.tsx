import type { Explanation } from "../explanation.ts";
import { texts } from "../language.ts";
import { ExplainedContacts } from "./explained-contacts.tsx";
import { ExplainedSources } from "./explained-sources.tsx";

/** What each source did with a question, what was found, and what else may matter. */
export function ExplanationView({ explanation }: { readonly explanation: Explanation }) {
  const { sources, contacts, hints } = explanation;
  return (
    <>
      {sources.length > 0 && <ExplainedSources sources={sources} />}
      {contacts.length > 0 && <ExplainedContacts explanation={explanation} />}
      {hints.length > 0 && (
        <section class="hints">
          <h2>{texts.why.hints}</h2>
          <ul>
            {hints.map((hint) => (
              <li key={hint} lang="en" dir="auto">
                {hint}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
