import { useSignal } from "@preact/signals";
import type { ComponentChildren, TargetedEvent, TargetedPointerEvent } from "preact";
import { useCallback, useId, useRef } from "preact/hooks";
import { useInitialFocus } from "../initial-focus.ts";
import { texts } from "../language.ts";

type Properties = {
  readonly title: ComponentChildren;
  /** Something is typed that would be lost. */
  readonly isChanged?: boolean;
  /** Something is running whose end has to be seen. */
  readonly isBusy?: boolean;
  readonly isWide?: boolean;
  readonly onClose: () => void;
  /** Its argument asks to close the dialog, as Esc does. */
  readonly children: (close: () => void) => ComponentChildren;
};

/** A dialog over the page. Esc and a click beside it close it, but ask first if something would be lost. */
export function Modal({
  title,
  isChanged = false,
  isBusy = false,
  isWide = false,
  onClose,
  children,
}: Properties) {
  const isAsking = useSignal(false);
  const focused = useRef<Element | null>(null);
  const titleId = useId();
  const staysOpen = isChanged || isBusy;
  // Before the effects of what is in it: nothing gets the focus in a dialog that is not open.
  const open = useCallback((dialog: HTMLDialogElement | null) => {
    dialog?.showModal();
    // Gives the focus back to where it was.
    return () => dialog?.close();
  }, []);
  const close = () => {
    if (!staysOpen) return onClose();
    if (!isAsking.value) focused.current = document.activeElement;
    isAsking.value = !isBusy;
  };
  const keep = () => {
    isAsking.value = false;
    if (focused.current instanceof HTMLElement) focused.current.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The page below has keys of its own.
    event.stopPropagation();
    if (event.key !== "Escape" || event.isComposing) return;
    // Otherwise the browser closes it at the second time, whatever the page says.
    event.preventDefault();
    close();
  };
  const onPointerDown = (event: TargetedPointerEvent<HTMLDialogElement>) => {
    // Its content covers it, so that only what is around it is the dialog itself.
    if (event.target === event.currentTarget) close();
  };
  const onBrowserClose = ({ currentTarget: dialog }: TargetedEvent<HTMLDialogElement>) => {
    if (dialog.isConnected && staysOpen) dialog.showModal();
    close();
  };
  return (
    <dialog
      ref={open}
      class={isWide ? "modal wide" : "modal"}
      aria-labelledby={titleId}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onClose={onBrowserClose}
    >
      <div class="modal-content">
        <h2 id={titleId}>{title}</h2>
        {children(close)}
        {isAsking.value && isChanged && <DiscardQuestion onDiscard={onClose} onKeep={keep} />}
      </div>
    </dialog>
  );
}

function DiscardQuestion({
  onDiscard,
  onKeep,
}: {
  readonly onDiscard: () => void;
  readonly onKeep: () => void;
}) {
  const keep = useInitialFocus<HTMLButtonElement>();
  return (
    <div class="question" role="alert">
      <p>{texts.editor.discardQuestion}</p>
      <div class="buttons">
        <button type="button" onClick={onDiscard}>
          {texts.editor.discard}
        </button>
        <button type="button" ref={keep} class="primary" onClick={onKeep}>
          {texts.editor.keep}
        </button>
      </div>
    </div>
  );
}
