/** A person in a list, from one source or merged from several. */

/** What a source has about a person. */
export type Entry = {
  /** Stays the same in later answers, so that a selected person stays selected. */
  readonly key: string;
  readonly source: string;
  /** Null if the source has no ids; such a person can't be a favorite. */
  readonly id: string | null;
  /** Null if the display does not show favorites. */
  readonly isFavorite: boolean | null;
};

export type Person = {
  readonly key: string;
  /** The texts of each column of the display. */
  readonly cells: readonly (readonly string[])[];
  /** One for each source; the first one gave the key. */
  readonly entries: readonly [Entry, ...Entry[]];
};

export function isFavorite(person: Person): boolean {
  return person.entries.some((entry) => entry.isFavorite === true);
}

/** Return people with the mark of an entry changed; the others are the same objects. */
export function withMark(people: readonly Person[], changed: Entry, mark: boolean): readonly Person[] {
  const isChanged = (entry: Entry) => entry.source === changed.source && entry.id === changed.id;
  return people.map((person) => {
    if (!person.entries.some(isChanged)) return person;
    const [first, ...others] = person.entries;
    const marked = (entry: Entry) => (isChanged(entry) ? { ...entry, isFavorite: mark } : entry);
    return { ...person, entries: [marked(first), ...others.map(marked)] };
  });
}
