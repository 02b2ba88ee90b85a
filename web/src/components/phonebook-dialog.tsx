import type { TargetedSubmitEvent } from "preact";
import { useId } from "preact/hooks";
import { isConflict } from "../api.ts";
import {
  isPhonebookChanged,
  type PhonebookDraft,
  phonebookDraft,
  saveDraft,
} from "../contacts/phonebook-draft.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { texts } from "../language.ts";
import { FormButtons } from "./form-buttons.tsx";
import { Modal } from "./modal.tsx";
import { Reason } from "./reason.tsx";

/** The form of a phonebook, if it is open. */
export function PhonebookDialog() {
  const id = useId();
  const draft = phonebookDraft.value;
  if (!draft) return null;
  const { phonebooks } = texts;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void saveDraft();
  };
  const change = (changed: Partial<PhonebookDraft>) => {
    phonebookDraft.value = { ...draft, ...changed, failure: null };
  };
  return (
    <Modal
      title={draft.phonebook ? phonebooks.editTitle : phonebooks.addTitle}
      isChanged={isPhonebookChanged(draft)}
      isBusy={draft.isSaving}
      onClose={() => {
        phonebookDraft.value = null;
      }}
    >
      {(close) => (
        <form class="contact-form" onSubmit={submit}>
          <div class="draft-field">
            <label for={`${id}name`}>{phonebooks.name}</label>
            <input
              id={`${id}name`}
              dir="auto"
              maxLength={255}
              autocomplete="off"
              value={draft.name}
              onInput={(event) => change({ name: event.currentTarget.value })}
            />
          </div>
          <div class="draft-field">
            <label for={`${id}description`}>{phonebooks.description}</label>
            <textarea
              id={`${id}description`}
              dir="auto"
              rows={3}
              value={draft.description}
              onInput={(event) => change({ description: event.currentTarget.value })}
            />
          </div>
          <Problem failure={draft.failure} />
          <FormButtons isSaving={draft.isSaving} onCancel={close} />
        </form>
      )}
    </Modal>
  );
}

function Problem({ failure }: Pick<PhonebookDraft, "failure">) {
  const { phonebooks } = texts;
  if (failure === null) return null;
  if (failure === "no-name") return <p role="alert">{phonebooks.noName}</p>;
  const isTaken = isConflict(failure);
  return (
    <p role="alert">
      {isTaken ? phonebooks.nameTaken : contactFailureText(failure)}
      {!isTaken && <Reason text={reasonIn(failure)} />}
    </p>
  );
}
