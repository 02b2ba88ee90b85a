/** The personal contacts of the signed-in person: loaded at once, filtered and sorted here. */

import { computed, effect, signal } from "@preact/signals";
import { requestJson } from "../api.ts";
import { endAll } from "../ending.ts";
import { language } from "../language.ts";
import { acl } from "../permissions.ts";
import { type Contact, contactName, matching, parseContacts } from "./contact.ts";
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

export const PERSONAL_ACL = "dird.personal.read";
const PATH = "0.1/personal";

const collator = new Intl.Collator(language, { numeric: true });
const contacts = signal<readonly Contact[]>([]);
const state = signal<BookState>(LOADING);
const filter = signal("");
const shownCount = signal(STEP);

/** How often a contact was put or taken. */
let changes = 0;

/** Aborted when somebody else signs in. */
let loading = new AbortController();

const sorted = computed(() => byName(contacts.value));
const found = computed(() => matching(sorted.value, filter.value));

export const personalBook: ContactBook = {
  path: PATH,
  acl: aclOf,
  importsPartly: true,
  filter,
  order: null,
  sortBy() {},
  state,
  contacts,
  list: createContactList(
    contacts,
    computed(() => found.value.slice(0, shownCount.value)),
  ),
  count: computed(() => found.value.length),
  hasMore: computed(() => found.value.length > shownCount.value),
  showMore() {
    shownCount.value += STEP;
  },
  start,
  reload: load,
  async put(contact) {
    changes += 1;
    contacts.value = [...contacts.peek().filter(({ id }) => id !== contact.id), contact];
  },
  take(id) {
    changes += 1;
    contacts.value = contacts.peek().filter((contact) => contact.id !== id);
  },
};

export function forgetPersonalContacts(): void {
  loading.abort();
  loading = new AbortController();
  contacts.value = [];
  state.value = LOADING;
  filter.value = "";
}

function start(): () => void {
  void load();
  return endAll(
    effect(() => askBookRights(personalBook)),
    effect(() => {
      void filter.value;
      shownCount.value = STEP;
    }),
  );
}

async function load(): Promise<void> {
  const before = changes;
  const { signal } = loading;
  const answer = await requestJson({ path: PATH, signal });
  if (signal.aborted) return;
  // The answer may be older than a change that is shown already.
  if (before !== changes) return await load();
  state.value = { kind: answer.ok ? "done" : "failed", failure: answer.ok ? null : answer.failure };
  if (answer.ok) contacts.value = parseContacts(answer.value);
}

function aclOf(action: BookAction, id: string): string | null {
  switch (action) {
    case "add":
      return "dird.personal.create";
    case "import":
      return "dird.personal.import.create";
    case "export":
      return PERSONAL_ACL;
    case "clear":
      return "dird.personal.delete";
    default:
      return id === "" ? null : acl`dird.personal.${id}.${CONTACT_RIGHTS[action]}`;
  }
}

function byName(all: readonly Contact[]): readonly Contact[] {
  const names = new Map(all.map((contact) => [contact, contactName(contact)]));
  const name = (contact: Contact) => names.get(contact) ?? "";
  return [...all].sort((one, other) => collator.compare(name(one), name(other)));
}
