import { useLayoutEffect } from "preact/hooks";
import { editPhonebook } from "../contacts/phonebook-draft.ts";
import { loadPhonebooks, mayAddPhonebook, phonebooks, phonebooksState } from "../contacts/phonebooks.ts";
import { contactFailureText } from "../failure-text.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { focusOnSlash } from "../keyboard.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";
import { ChangeNotice, FailureNotice } from "./notices.tsx";

/** The phonebooks, to choose one; above them, why the wanted one is not shown. */
export function PhonebookList({ message }: { readonly message: string }) {
  const main = useInitialFocus<HTMLElement>();
  useLayoutEffect(() => {
    showTitle(texts.header.phonebooks);
    return focusOnSlash();
  }, []);
  return (
    <main ref={main} class="people" tabIndex={-1}>
      <div class="page-title">
        <h1>{texts.header.phonebooks}</h1>
        {mayAddPhonebook() && (
          <button type="button" class="primary" onClick={() => editPhonebook(null)}>
            {texts.phonebooks.add}
          </button>
        )}
      </div>
      {message && <p role="alert">{message}</p>}
      <ul class="phonebooks" aria-label={texts.header.phonebooks}>
        {phonebooks.value.map(({ uuid, name, description }) => (
          <li key={uuid}>
            <a href={`#/phonebooks/${encodeURIComponent(uuid)}`}>
              <bdi>{name}</bdi>
            </a>
            {description && (
              <p class="quiet" dir="auto">
                {description}
              </p>
            )}
          </li>
        ))}
      </ul>
      <ListOutcome />
      <ChangeNotice onUndone={() => main.current?.focus()} />
      <FailureNotice />
    </main>
  );
}

function ListOutcome() {
  const { kind, failure } = phonebooksState.value;
  if (kind === "loading") return <p class="outcome searching">{texts.favorites.loading}</p>;
  if (kind === "done")
    return phonebooks.value.length === 0 ? <p class="hint">{texts.phonebooks.none}</p> : null;
  if (!failure || failure.kind === "session-ended") return null;
  return (
    <p role="alert">
      {contactFailureText(failure)}{" "}
      <button type="button" class="link" onClick={() => void loadPhonebooks()}>
        {texts.errors.retry}
      </button>
    </p>
  );
}
