import { texts } from "../language.ts";
import { lookup } from "../lookup.ts";
import { Sentence } from "./sentence.tsx";

/** That the people of the list are others than those who were searched for. */
export function OtherNames() {
  const { question, questionTerm: term, groups, isStale } = lookup.value;
  if (question === "term" || groups.length === 0) return null;
  const text = question === "similar" ? texts.search.similarNames : texts.search.keypadNames;
  return (
    <p class={isStale ? "other-names stale" : "other-names"}>
      <Sentence text={text} parts={{ term }} />
    </p>
  );
}
