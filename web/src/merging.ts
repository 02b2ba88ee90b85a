/** One row for a person whom several sources have found. */

import type { Group } from "./lookup-answer.ts";
import type { Person } from "./person.ts";

/** A result: its source, and its index among the results of the last line of the source. */
export type Position = { readonly source: string; readonly result: number };

/**
 * Return the people of groups, each person once.
 *
 * The first row of a person keeps its place; its empty columns are filled from the others.
 */
export function mergedPeople(
  groups: readonly Group[],
  samePeople: readonly (readonly Position[])[],
): readonly Person[] {
  const merged = new Map<Person, Person>();
  const removed = new Set<Person>();
  for (const positions of samePeople) {
    const [first, ...others] = inOrder(groups, positions);
    if (!first) continue;
    merged.set(first, others.reduce(merge, first));
    for (const other of others) removed.add(other);
  }
  return groups
    .flatMap((group) => group.people)
    .filter((person) => !removed.has(person))
    .map((person) => merged.get(person) ?? person);
}

function inOrder(groups: readonly Group[], positions: readonly Position[]): readonly Person[] {
  return groups.flatMap((group) =>
    positions
      .filter(({ source }) => source === group.source)
      .flatMap(({ result }) => group.people[result] ?? []),
  );
}

function merge(first: Person, other: Person): Person {
  return {
    ...first,
    cells: first.cells.map((texts, index) => (texts.length > 0 ? texts : (other.cells[index] ?? []))),
    entries: [...first.entries, ...other.entries],
  };
}
