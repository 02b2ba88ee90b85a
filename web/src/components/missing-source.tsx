import { texts } from "../language.ts";
import type { Texts } from "../languages/texts.ts";
import type { Outcome, OutcomeStatus } from "../lookup-answer.ts";
import { Sentence } from "./sentence.tsx";

type Properties = {
  readonly outcome: Outcome;
  /** In place of those of a search, for what is no fault. */
  readonly reasons?: Partial<Texts["outcome"]>;
};

/** Why the people of a source are missing. */
export function MissingSource({ outcome, reasons = {} }: Properties) {
  return (
    <p class={outcome.status in reasons ? "quiet" : "missing"}>
      <Sentence text={reasonText(outcome.status, reasons)} parts={{ source: outcome.source }} />
    </p>
  );
}

function reasonText(status: OutcomeStatus, reasons: Partial<Texts["outcome"]>): string {
  return status === "ok" ? "" : (reasons[status] ?? texts.outcome[status]);
}
