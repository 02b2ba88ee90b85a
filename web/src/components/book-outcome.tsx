import type { ContactBook } from "../contacts/contact-book.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { counted, texts } from "../language.ts";
import { Reason } from "./reason.tsx";
import { Sentence } from "./sentence.tsx";

/** How many contacts there are, or why they are not shown. */
export function BookOutcome({ book }: { readonly book: ContactBook }) {
  const { kind, failure } = book.state.value;
  return (
    <div>
      {/* Also there while it is empty: screen readers notice only what changes in it. */}
      <div class="outcome" role="status">
        {kind === "loading" && <p class="searching">{texts.favorites.loading}</p>}
        {kind === "done" && <Count book={book} />}
      </div>
      {failure && failure.kind !== "session-ended" && (
        <p role="alert">
          {contactFailureText(failure)}
          <Reason text={reasonIn(failure)} />{" "}
          <button type="button" class="link" onClick={() => void book.reload()}>
            {texts.errors.retry}
          </button>
        </p>
      )}
    </div>
  );
}

function Count({ book }: { readonly book: ContactBook }) {
  const count = book.count.value;
  const term = book.filter.value.trim();
  if (count > 0) return <p>{counted(texts.contacts.count, count)}</p>;
  if (term === "") return <p class="nobody">{texts.contacts.none}</p>;
  return (
    <p class="nobody">
      <Sentence text={texts.contacts.noMatch} parts={{ term }} />
    </p>
  );
}
