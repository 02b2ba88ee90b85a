import { useEffect, useMemo } from "preact/hooks";
import { PhonebookBook } from "../contacts/phonebook-book.ts";
import { askPhonebookRights, isPhonebookAllowed, type Phonebook } from "../contacts/phonebooks.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";
import { BookView } from "./book-view.tsx";
import { PhonebookActions } from "./phonebook-actions.tsx";
import { PhonebookOrder } from "./phonebook-order.tsx";

/** A phonebook and its contacts. */
export function PhonebookView({ phonebook }: { readonly phonebook: Phonebook }) {
  const { uuid, name } = phonebook;
  const book = useMemo(() => new PhonebookBook(uuid), [uuid]);
  const mayRead = isPhonebookAllowed(uuid, "contacts.read");
  useEffect(() => showTitle(`${name} – ${texts.header.phonebooks}`), [name]);
  useEffect(() => askPhonebookRights(uuid), [uuid]);
  if (mayRead === null) return null;
  if (mayRead === false) {
    return (
      <main class="people">
        <div class="page-title">
          <Title phonebook={phonebook} />
        </div>
        <p class="hint">{texts.phonebooks.noContacts}</p>
      </main>
    );
  }
  return (
    <BookView book={book} name={name}>
      <Title phonebook={phonebook} />
      <PhonebookOrder book={book} />
    </BookView>
  );
}

function Title({ phonebook }: { readonly phonebook: Phonebook }) {
  const { name, description } = phonebook;
  return (
    <div class="phonebook-title">
      <a href="#/phonebooks">{texts.phonebooks.all}</a>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      {description && (
        <p class="quiet" dir="auto">
          {description}
        </p>
      )}
      <PhonebookActions phonebook={phonebook} />
    </div>
  );
}
