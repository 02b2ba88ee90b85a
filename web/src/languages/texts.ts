/** The texts of the page. A language that lacks one does not compile. */

/** The forms of a text with a number, as Intl.PluralRules names them. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/** In texts, `{term}`, `{source}`, `{profile}`, `{name}`, `{shown}`, `{count}` … stand for what is put there. */
export type Texts = {
  readonly signIn: {
    readonly title: string;
    readonly userName: string;
    readonly password: string;
    readonly token: string;
    /** The button of the form. */
    readonly submit: string;
    readonly withToken: string;
    readonly withPassword: string;
    readonly wrongPassword: string;
    readonly wrongToken: string;
    readonly badCode: string;
    readonly tooMany: string;
    readonly tooManyMinutes: Plural;
    readonly sessionEnded: string;
  };
  readonly header: {
    /** The name of the navigation for screen readers. */
    readonly navigation: string;
    readonly people: string;
    readonly favorites: string;
    readonly whoCalled: string;
    readonly profile: string;
    readonly signOut: string;
  };
  readonly search: {
    readonly label: string;
    readonly placeholder: string;
    readonly hint: string;
    /** `{slash}`, `{arrows}` and `{enter}` are keys. */
    readonly keys: string;
    /** The name of the list for screen readers. */
    readonly list: string;
    /** The header of a column without a title. */
    readonly untitled: string;
    readonly searching: string;
    readonly nobody: string;
    /** `{people}` is `people`, `{sources}` is `sources`. */
    readonly found: string;
    readonly people: Plural;
    readonly sources: Plural;
    readonly cut: string;
    /** In place of `found` and `cut` if nobody knows how many there are. */
    readonly foundMore: string;
    readonly cutMore: string;
    /** Above people whose names are nearly the term. */
    readonly similarNames: string;
    /** Above people whose names are typed with the digits of the term. */
    readonly keypadNames: string;
    /** In place of `people` for such people. */
    readonly names: Plural;
    /** Beside the name of a person whom several sources have. */
    readonly origins: Plural;
  };
  /** `{name}` is that of a person. */
  readonly favorites: {
    readonly add: string;
    readonly remove: string;
    readonly notAdded: string;
    readonly notRemoved: string;
    readonly removed: string;
    readonly undo: string;
    readonly order: string;
    readonly byName: string;
    readonly bySource: string;
    readonly loading: string;
    readonly none: string;
    readonly notInProfile: string;
    readonly count: Plural;
  };
  readonly whoCalled: {
    readonly number: string;
    readonly hint: string;
    /** The button. */
    readonly find: string;
    /** The name of the list for screen readers. */
    readonly list: string;
    readonly nobody: string;
    /** Beside the name of a person. */
    readonly source: string;
    readonly found: Plural;
    readonly cut: Plural;
  };
  readonly savedList: { readonly print: string; readonly saveCsv: string; readonly saveVcard: string };
  /** What became of a source that has not answered. */
  readonly outcome: {
    readonly late: string;
    readonly failed: string;
    readonly refused: string;
    readonly skipped: string;
  };
  readonly errors: {
    readonly unreachable: string;
    readonly broken: string;
    readonly refused: string;
    readonly forbidden: string;
    readonly unknownProfile: string;
    readonly tooMany: string;
    readonly retry: string;
  };
};
