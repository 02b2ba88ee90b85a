/** Why there is no name: a question, and what every source of the profile did with it. */

import { computed, effect, signal, untracked } from "@preact/signals";
import { type Failure, requestJson } from "./api.ts";
import { type Explanation, looksLikeNumber, parseExplanation, type Service } from "./explanation.ts";
import { pageLink } from "./links.ts";
import { acl, isGranted } from "./permissions.ts";
import { chosenProfile } from "./profiles.ts";
import { pageRoute, routeArgument } from "./route.ts";

export const WHY_ROUTE = "/why";
export const MAX_QUESTION_CHARACTERS = 1024;

export type Why = {
  readonly state: "idle" | "running" | "done" | "failed";
  readonly explanation: Explanation | null;
  readonly failure: Failure | null;
};

const IDLE: Why = { state: "idle", explanation: null, failure: null };

export const questionText = signal("");

/** What was chosen, instead of what the text looks like. */
export const chosenService = signal<Service | null>(null);
export const why = signal<Why>(IDLE);

let running = new AbortController();
let asked = "";

/** Return the ACLs of which one is needed. */
export function explanationAcls(profile: string): readonly string[] {
  return [explanationAcl(profile, "reverse"), explanationAcl(profile, "lookup")];
}

/** Which questions may be asked in the chosen profile. */
export const mayAskNumbers = computed(
  () => isGranted(explanationAcl(chosenProfile.value, "reverse")) === true,
);
export const mayAskNames = computed(() => isGranted(explanationAcl(chosenProfile.value, "lookup")) === true);

/** Return which question a text is, or the only one that is permitted. */
export function serviceOf(text: string): Service {
  if (!mayAskNumbers.value) return "lookup";
  if (!mayAskNames.value) return "reverse";
  return chosenService.value ?? (looksLikeNumber(text) ? "reverse" : "lookup");
}

/** Ask what is in the address, whenever it or the profile changes. */
export function followQuestions(): () => void {
  return effect(() => {
    const [profile, question] = [chosenProfile.value, (routeArgument.value ?? "").trim()];
    // The address of the next page is there before this one is left.
    if (pageRoute.value !== WHY_ROUTE) return;
    if (!mayAskNumbers.value && !mayAskNames.value) return;
    untracked(() => {
      if (question !== asked) chosenService.value = null;
      if (question !== "") questionText.value = question;
      void ask(profile, question);
    });
  });
}

/** Ask what is in the field, and show it in the address. */
export function askQuestion(): void {
  const question = questionText.peek().trim();
  asked = question;
  // The address asks, unless it is the same again.
  if (question === (routeArgument.peek() ?? "").trim()) void ask(chosenProfile.peek(), question);
  else location.hash = pageLink(WHY_ROUTE, question);
}

export function forgetQuestions(): void {
  running.abort();
  asked = "";
  questionText.value = "";
  chosenService.value = null;
  why.value = IDLE;
}

async function ask(profile: string, question: string): Promise<void> {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  asked = question;
  if (question === "") {
    why.value = IDLE;
    return;
  }
  why.value = { ...why.peek(), state: "running", failure: null };
  const service = serviceOf(question);
  const query = new URLSearchParams({ [service === "reverse" ? "exten" : "term"]: question });
  const path = `0.1/explanations/${service}/${encodeURIComponent(profile)}?${query}`;
  const answer = await requestJson({ path, signal });
  if (signal.aborted) return;
  why.value = answer.ok
    ? { state: "done", explanation: parseExplanation(answer.value), failure: null }
    : { state: "failed", explanation: null, failure: answer.failure };
}

function explanationAcl(profile: string, service: Service): string {
  return service === "reverse"
    ? acl`dird.explanations.reverse.${profile}.read`
    : acl`dird.explanations.lookup.${profile}.read`;
}
