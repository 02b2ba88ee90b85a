import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Failure } from "../api.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { texts } from "../language.ts";
import { Modal } from "./modal.tsx";
import { Reason } from "./reason.tsx";

type Properties = {
  readonly title: ComponentChildren;
  /** What will happen. */
  readonly children: ComponentChildren;
  /** The button that does it. */
  readonly label: string;
  /** Do it, and return why that failed. */
  readonly onConfirm: () => Promise<Failure | null>;
  readonly onClose: () => void;
};

/** A question before something that can't be undone. */
export function ConfirmDialog({ title, children, label, onConfirm, onClose }: Properties) {
  const failure = useSignal<Failure | null>(null);
  const isBusy = useSignal(false);
  const cancel = useInitialFocus<HTMLButtonElement>();
  const confirm = async () => {
    if (isBusy.value) return;
    isBusy.value = true;
    failure.value = await onConfirm();
    isBusy.value = false;
    if (failure.value === null) onClose();
  };
  return (
    <Modal title={title} isBusy={isBusy.value} onClose={onClose}>
      {(close) => (
        <>
          {children}
          {failure.value && (
            <p role="alert">
              {contactFailureText(failure.value)}
              <Reason text={reasonIn(failure.value)} />
            </p>
          )}
          <div class="buttons modal-buttons">
            <button type="button" ref={cancel} onClick={close}>
              {texts.contacts.cancel}
            </button>
            <button type="button" class="danger" aria-disabled={isBusy.value} onClick={confirm}>
              {label}
            </button>
          </div>
        </>
      )}
    </Modal>
  );
}
