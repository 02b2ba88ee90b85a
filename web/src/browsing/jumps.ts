/** The letters of the jump bar. */

import type { CountedGroup } from "./answer.ts";

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

export type Letter = {
  readonly text: string;
  /** Null if nobody has it. */
  readonly group: CountedGroup | null;
};

/** Return the letters of groups; if some are Latin, with those from A to Z that nobody has. */
export function lettersOf(groups: readonly CountedGroup[]): readonly Letter[] {
  const isLatin = ({ text }: CountedGroup) => LETTERS.includes(text);
  const others = groups.filter((group) => !isLatin(group));
  const latin = groups.some(isLatin) ? LETTERS : [];
  return [
    ...latin.map((text) => ({ text, group: groups.find((group) => group.text === text) ?? null })),
    ...others.map((group) => ({ text: group.text, group })),
  ];
}
