import { useInitialFocus } from "../initial-focus.ts";
import { texts } from "../language.ts";
import { findCallers, numbersText } from "../who-called.ts";

const MAX_ROWS = 8;

/** The field for numbers. They are looked up when they are pasted, with Enter and with the button. */
export function NumberForm() {
  const field = useInitialFocus<HTMLTextAreaElement>();
  const search = (event: Event) => {
    event.preventDefault();
    void findCallers();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) search(event);
  };
  const onInput = (event: InputEvent & { readonly currentTarget: HTMLTextAreaElement }) => {
    numbersText.value = event.currentTarget.value;
    if (event.inputType === "insertFromPaste") void findCallers();
  };
  return (
    <form class="number-form" onSubmit={search}>
      <label for="numbers">{texts.whoCalled.number}</label>
      <textarea
        id="numbers"
        ref={field}
        rows={Math.min(numbersText.value.split("\n").length, MAX_ROWS)}
        inputMode="tel"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="numbers-hint"
        value={numbersText.value}
        onInput={onInput}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="primary">
        {texts.whoCalled.find}
      </button>
      <p id="numbers-hint" class="quiet">
        {texts.whoCalled.hint}
      </p>
    </form>
  );
}
