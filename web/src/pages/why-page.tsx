import { useLayoutEffect } from "preact/hooks";
import { ExplanationView } from "../components/explanation-view.tsx";
import { QuestionForm } from "../components/question-form.tsx";
import { WhyOutcome } from "../components/why-outcome.tsx";
import { endAll } from "../ending.ts";
import { focusOnSlash } from "../keyboard.ts";
import { texts } from "../language.ts";
import { pageLink } from "../links.ts";
import { isGranted } from "../permissions.ts";
import { SOURCES_ROUTE, STATUS_ACL } from "../source-overview.ts";
import { showTitle } from "../title.ts";
import { followQuestions, why } from "../why-no-name.ts";

/** Find out what every source did with a number or a name. */
export function WhyPage() {
  useLayoutEffect(() => {
    showTitle(texts.header.why);
    return endAll(followQuestions(), focusOnSlash());
  }, []);
  const { explanation } = why.value;
  return (
    <main class="people">
      <div class="page-title">
        <h1>{texts.header.why}</h1>
        {isGranted(STATUS_ACL) && <a href={pageLink(SOURCES_ROUTE)}>{texts.why.allSources}</a>}
      </div>
      <QuestionForm />
      <WhyOutcome />
      {explanation && <ExplanationView explanation={explanation} />}
    </main>
  );
}
