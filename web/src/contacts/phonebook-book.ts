/** The contacts of a phonebook: filtered and sorted by the daemon, loaded step by step. */

import { batch, computed, effect, signal } from "@preact/signals";
import { type Answer, requestJson } from "../api.ts";
import { endAll } from "../ending.ts";
import { countOf, objectOf } from "../json.ts";
import { acl } from "../permissions.ts";
import { type Contact, parseContacts } from "./contact.ts";
import {
  askBookRights,
  type BookAction,
  type BookState,
  CONTACT_RIGHTS,
  type ContactBook,
  createContactList,
  LOADING,
  STEP,
} from "./contact-book.ts";

/** Fields that the daemon can sort by. A contact without the field comes last. */
export const ORDERS = ["name", "lastname", "firstname"] as const;

const TYPING_MILLISECONDS = 200;

type Part = { readonly contacts: readonly Contact[]; readonly total: number };

/** The contacts of one phonebook; nothing is loaded before `start`. */
export class PhonebookBook implements ContactBook {
  readonly path: string;
  readonly importsPartly = false;
  readonly filter = signal("");
  /** Empty until it is known by which field the contacts can be sorted. */
  readonly order = signal("");
  readonly state = signal<BookState>(LOADING);
  readonly contacts = signal<readonly Contact[]>([]);
  readonly count = signal(0);
  readonly list = createContactList(this.contacts, this.contacts);
  readonly hasMore = computed(() => this.contacts.value.length < this.count.value);
  readonly #uuid: string;
  #running = new AbortController();

  constructor(uuid: string) {
    this.#uuid = uuid;
    this.path = `0.1/phonebooks/${encodeURIComponent(uuid)}/contacts`;
  }

  acl(action: BookAction, id: string): string | null {
    const contacts = acl`dird.phonebooks.${this.#uuid}.contacts`;
    switch (action) {
      case "add":
      case "import":
        return `${contacts}.create`;
      case "export":
        return `${contacts}.read`;
      case "clear":
        return null;
      default:
        return id === "" ? null : contacts + acl`.${id}.${CONTACT_RIGHTS[action]}`;
    }
  }

  start(): () => void {
    let formerTerm: string | null = null;
    return endAll(
      () => this.#running.abort(),
      effect(() => askBookRights(this)),
      effect(() => {
        const term = this.filter.value;
        const wait = formerTerm === null ? 0 : TYPING_MILLISECONDS;
        formerTerm = term;
        const timer = setTimeout(() => void this.#load(STEP), wait);
        return () => clearTimeout(timer);
      }),
    );
  }

  async reload(): Promise<void> {
    await this.#load(Math.max(STEP, this.contacts.peek().length));
  }

  sortBy(field: string): void {
    this.order.value = field;
    void this.#load(STEP);
  }

  showMore(): void {
    // A failed step is tried again with the button of the failure only.
    if (this.state.peek().kind === "done") void this.#loadMore();
  }

  async put(contact: Contact): Promise<void> {
    this.contacts.value = this.contacts.peek().map((other) => (other.id === contact.id ? contact : other));
    // Only the daemon knows its place.
    await this.reload();
  }

  take(id: string): void {
    const kept = this.contacts.peek().filter((contact) => contact.id !== id);
    this.count.value -= this.contacts.peek().length - kept.length;
    this.contacts.value = kept;
  }

  async #load(limit: number): Promise<void> {
    this.state.value = LOADING;
    const chosen = this.order.peek();
    const fields = chosen === "" ? ORDERS : [chosen];
    for (const field of fields) {
      const answer = await this.#find(field, 0, limit);
      if (answer === null) return;
      const has = answer.ok ? isSortable(answer.value.contacts, field) : null;
      if (has === false && field !== fields.at(-1)) continue;
      if (has !== null && chosen === "") this.order.value = has ? field : ORDERS[0];
      this.#show(answer, []);
      return;
    }
  }

  async #loadMore(): Promise<void> {
    this.state.value = LOADING;
    const before = this.contacts.peek();
    const answer = await this.#find(this.order.peek(), before.length, STEP);
    if (answer !== null) this.#show(answer, this.contacts.peek());
  }

  /** Request a part of the contacts that match; null if something else is wanted meanwhile. */
  async #find(order: string, offset: number, limit: number): Promise<Answer<Part> | null> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const query = new URLSearchParams({ order, offset: String(offset), limit: String(limit) });
    const term = this.filter.peek().trim();
    if (term !== "") query.set("search", term);
    const answer = await requestJson({ path: `${this.path}?${query}`, signal });
    if (signal.aborted) return null;
    if (!answer.ok) return answer;
    const total = countOf(objectOf(answer.value).total);
    return { ok: true, value: { contacts: parseContacts(answer.value), total } };
  }

  #show(answer: Answer<Part>, before: readonly Contact[]): void {
    batch(() => {
      this.state.value = { kind: answer.ok ? "done" : "failed", failure: answer.ok ? null : answer.failure };
      if (!answer.ok) return;
      // Contacts that were added elsewhere meanwhile have moved the others.
      const known = new Set(before.map(({ id }) => id));
      this.contacts.value = [...before, ...answer.value.contacts.filter(({ id }) => !known.has(id))];
      this.count.value = answer.value.total;
    });
  }
}

/** Return whether contacts that are sorted by a field have it; null if there are none. */
function isSortable(contacts: readonly Contact[], field: string): boolean | null {
  // Those without the field are the last ones: if the first one lacks it, all of them do.
  return contacts[0]?.fields.has(field) ?? null;
}
