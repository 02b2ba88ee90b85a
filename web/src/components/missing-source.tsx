import { texts } from "../language.ts";
import type { Outcome, OutcomeStatus } from "../lookup-answer.ts";
import { Sentence } from "./sentence.tsx";

type Properties = { readonly outcome: Outcome };

/** Why the people of a source are missing. */
export function MissingSource({ outcome }: Properties) {
  return (
    <p class="missing">
      <Sentence text={reasonText(outcome.status)} parts={{ source: outcome.source }} />
    </p>
  );
}

function reasonText(status: OutcomeStatus): string {
  return status === "ok" ? "" : texts.outcome[status];
}
