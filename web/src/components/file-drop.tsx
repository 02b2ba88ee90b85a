import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { texts } from "../language.ts";

const OTHER_DIALOG = "dialog[open]:not(:has(input[type=file]))";

/** Takes a file that is dropped on the page. */
export function FileDrop({ onFile }: { readonly onFile: (file: File) => void }) {
  const isOver = useSignal(false);
  // Before the page is painted: a file that is dropped then must not be opened in place of it.
  useLayoutEffect(() => {
    const isFile = (event: DragEvent) =>
      event.dataTransfer?.types.includes("Files") === true && document.querySelector(OTHER_DIALOG) === null;
    const over = (event: DragEvent) => {
      isOver.value = isFile(event);
      // Otherwise the browser opens the file in place of the page.
      if (isOver.value) event.preventDefault();
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent) => {
      isOver.value = false;
      const [file] = event.dataTransfer?.files ?? [];
      if (!file || !isFile(event)) return;
      event.preventDefault();
      onFile(file);
    };
    const stopping = new AbortController();
    addEventListener("dragover", over, stopping);
    addEventListener("dragleave", leave, stopping);
    addEventListener("drop", drop, stopping);
    return () => stopping.abort();
  }, [onFile, isOver]);
  return isOver.value ? <p class="drop">{texts.contacts.drop}</p> : null;
}
