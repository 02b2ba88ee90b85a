/** The texts of the page. A language that lacks one does not compile. */

import type { Result } from "../explanation.ts";
import type { SourceState } from "../source-report.ts";

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
    readonly browse: string;
    readonly favorites: string;
    readonly whoCalled: string;
    readonly personal: string;
    readonly phonebooks: string;
    readonly sources: string;
    readonly why: string;
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
  readonly browse: {
    /** The link from the search. */
    readonly all: string;
    /** The name of the list for screen readers. */
    readonly list: string;
    /** Before the choice of a column. */
    readonly by: string;
    readonly from: string;
    /** The name of the letters for screen readers, and before the choice of a text. */
    readonly jump: string;
    readonly start: string;
    /** The heading of people without a text in the column. */
    readonly empty: string;
    readonly nobody: string;
    /** The link after as many people as the page shows. */
    readonly goOn: string;
    readonly refused: string;
    readonly late: string;
  };
  /** `{name}` is that of a person. */
  readonly favorites: {
    readonly add: string;
    readonly remove: string;
    readonly notAdded: string;
    readonly notRemoved: string;
    readonly removed: string;
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
  readonly notices: { readonly undo: string };
  /** `{name}` is that of a contact. */
  readonly contacts: {
    /** The name of the list for screen readers. */
    readonly list: string;
    readonly filter: string;
    readonly add: string;
    readonly import: string;
    readonly edit: string;
    readonly remove: string;
    readonly exportCsv: string;
    readonly exportVcard: string;
    readonly clear: string;
    readonly count: Plural;
    readonly none: string;
    /** `{term}` is the text of the filter. */
    readonly noMatch: string;
    /** The button that loads more contacts. */
    readonly more: string;
    readonly added: string;
    readonly changed: string;
    readonly removed: string;
    readonly notRemoved: string;
    readonly notRestored: string;
    readonly notExported: string;
    readonly cleared: Plural;
    readonly clearQuestion: Plural;
    /** Below a question. */
    readonly final: string;
    readonly clearAnswer: Plural;
    readonly cancel: string;
    readonly close: string;
    /** Shown while a file is held over the page. */
    readonly drop: string;
    readonly byFirstName: string;
    readonly byLastName: string;
    readonly forbidden: string;
  };
  /** The form of a contact. */
  readonly editor: {
    readonly addTitle: string;
    readonly editTitle: string;
    readonly save: string;
    readonly addField: string;
    readonly fieldName: string;
    readonly fieldValue: string;
    readonly empty: string;
    readonly unnamed: string;
    /** `{name}` is that of a field. */
    readonly nameTwice: string;
    readonly nameReserved: string;
    readonly same: string;
    readonly gone: string;
    /** After `gone`. */
    readonly saveAnew: string;
    readonly changedElsewhere: string;
    readonly discardQuestion: string;
    readonly discard: string;
    readonly keep: string;
  };
  readonly imports: {
    readonly title: string;
    readonly choose: string;
    readonly chooseOther: string;
    readonly hint: string;
    readonly encoding: string;
    readonly reading: string;
    readonly new: Plural;
    readonly existing: Plural;
    readonly failed: Plural;
    /** The name of the table for screen readers. */
    readonly preview: string;
    readonly line: string;
    /** After the errors that are listed. */
    readonly moreFailed: Plural;
    /** A phonebook takes no file with rows in error. */
    readonly refusesWhole: string;
    /** The button. */
    readonly submit: Plural;
    readonly running: string;
    readonly imported: Plural;
    readonly empty: string;
    readonly noText: string;
    readonly tooLarge: string;
    /** The browser could not read it. */
    readonly unreadable: string;
    readonly refused: string;
  };
  /** `{name}` is that of a phonebook. */
  readonly phonebooks: {
    readonly none: string;
    /** The link from a phonebook to the list. */
    readonly all: string;
    readonly add: string;
    readonly addTitle: string;
    readonly edit: string;
    readonly editTitle: string;
    readonly remove: string;
    readonly name: string;
    readonly description: string;
    readonly unknown: string;
    /** Who sees a phonebook need not see its contacts. */
    readonly noContacts: string;
    readonly removeQuestion: string;
    /** Below the question. */
    readonly removedContacts: Plural;
    /** Below the question, also if nobody knows how many contacts there are. */
    readonly removedSources: string;
    readonly nameTaken: string;
    readonly noName: string;
    readonly gone: string;
  };
  /** The titles of fields of contacts. */
  readonly fields: {
    readonly name: string;
    readonly firstname: string;
    readonly lastname: string;
    readonly company: string;
    readonly number: string;
    readonly mobile: string;
    readonly fax: string;
    readonly email: string;
    readonly department: string;
    readonly title: string;
    readonly nickname: string;
    readonly work: string;
    readonly home: string;
    readonly main: string;
    readonly other: string;
    readonly fax_work: string;
    readonly fax_home: string;
    readonly work_mobile: string;
    readonly pager: string;
    readonly assistant: string;
    readonly callback: string;
    readonly car: string;
    readonly middlename: string;
    readonly prefix: string;
    readonly suffix: string;
    readonly sip: string;
  };
  readonly savedList: { readonly print: string; readonly saveCsv: string; readonly saveVcard: string };
  /** What became of a source that has not answered. */
  readonly outcome: {
    readonly late: string;
    readonly failed: string;
    readonly refused: string;
    readonly skipped: string;
  };
  /** `{sources}` is `search.sources`. */
  readonly sources: {
    readonly filter: string;
    /** No source has the text of the filter. */
    readonly noneMatches: string;
    readonly none: string;
    readonly silent: Plural;
    readonly outdated: Plural;
    readonly allWork: Plural;
    readonly noFault: string;
    readonly notUsed: Plural;
    readonly beingRead: Plural;
    /** The titles of the columns. */
    readonly state: string;
    readonly source: string;
    readonly data: string;
    readonly latencies: string;
    readonly trouble: string;
    readonly states: Readonly<Record<SourceState, string>>;
    readonly breakerOpen: string;
    readonly contacts: Plural;
    readonly snapshot: string;
    readonly ofUsers: Plural;
    readonly latency: string;
    readonly lastLatency: string;
    readonly lastAnswer: string;
    /** What opens the error as the daemon has it. */
    readonly error: string;
    readonly outdatedSince: string;
    /** Parts of the daemon, by their keys in the status. */
    readonly parts: Readonly<Record<string, string>>;
  };
  readonly why: {
    readonly question: string;
    /** The name of the choice between `number` and `name`. */
    readonly kind: string;
    readonly number: string;
    readonly name: string;
    readonly ask: string;
    readonly hint: string;
    readonly shownName: string;
    readonly noName: string;
    readonly found: Plural;
    readonly asked: string;
    readonly result: string;
    readonly seconds: string;
    readonly reason: string;
    readonly foundBy: Plural;
    readonly results: Readonly<Record<Exclude<Result, "found">, string>>;
    readonly contacts: string;
    readonly cut: string;
    readonly hints: string;
    readonly allSources: string;
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
