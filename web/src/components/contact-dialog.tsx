import type { TargetedSubmitEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Contact } from "../contacts/contact.ts";
import { type ContactBook, mayDo } from "../contacts/contact-book.ts";
import { type Draft, isChanged, type Problem, withAddedRow } from "../contacts/draft.ts";
import { draftOf, save, setDraft } from "../contacts/editing.ts";
import { texts } from "../language.ts";
import { DraftField } from "./draft-field.tsx";
import { FormButtons } from "./form-buttons.tsx";
import { Modal } from "./modal.tsx";
import { Reason } from "./reason.tsx";
import { Sentence } from "./sentence.tsx";

type Properties = { readonly book: ContactBook; readonly onSaved: (contact: Contact) => void };

/** The form of a contact, if it is open. */
export function ContactDialog({ book, onSaved }: Properties) {
  const draft = draftOf(book);
  if (!draft) return null;
  const { editor } = texts;
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const saved = await save(book);
    if (saved) onSaved(saved);
  };
  return (
    <Modal
      title={draft.contact ? editor.editTitle : editor.addTitle}
      isChanged={isChanged(draft)}
      isBusy={draft.isSaving}
      onClose={() => setDraft(book, null)}
    >
      {(close) => (
        <form class="contact-form" onSubmit={submit}>
          <DraftFields book={book} draft={draft} />
          {draft.problem && (
            <p role="alert">
              <ProblemText problem={draft.problem} mayAdd={mayDo(book, "add")} />
            </p>
          )}
          <FormButtons isSaving={draft.isSaving} onCancel={close} />
        </form>
      )}
    </Modal>
  );
}

function DraftFields({ book, draft }: { readonly book: ContactBook; readonly draft: Draft }) {
  const fields = useRef<HTMLDivElement>(null);
  const count = draft.rows.length;
  const before = useRef(count);
  useLayoutEffect(() => {
    // The name of a field that was added comes first, also for who types at once.
    if (count > before.current)
      fields.current?.querySelector<HTMLInputElement>(".added:last-child input")?.focus();
    before.current = count;
  }, [count]);
  return (
    <>
      <div ref={fields} class="fields">
        {draft.rows.map((row) => (
          <DraftField key={row.key} book={book} draft={draft} row={row} />
        ))}
      </div>
      <button type="button" class="link" onClick={() => setDraft(book, withAddedRow(draft))}>
        {texts.editor.addField}
      </button>
    </>
  );
}

function ProblemText({ problem, mayAdd }: { readonly problem: Problem; readonly mayAdd: boolean }) {
  const { editor } = texts;
  switch (problem.kind) {
    case "empty":
      return editor.empty;
    case "unnamed":
      return editor.unnamed;
    case "same":
      return editor.same;
    case "changed-elsewhere":
      return editor.changedElsewhere;
    case "gone":
      return mayAdd ? `${editor.gone} ${editor.saveAnew}` : editor.gone;
    case "twice":
      return <Sentence text={editor.nameTwice} parts={{ name: problem.name }} />;
    case "reserved":
      return <Sentence text={editor.nameReserved} parts={{ name: problem.name }} />;
    case "failure":
      return (
        <>
          {problem.text}
          <Reason text={problem.reason} />
        </>
      );
  }
}
