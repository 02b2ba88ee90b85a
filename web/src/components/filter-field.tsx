import type { RefObject } from "preact";

type Properties = {
  readonly field?: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
};

/** A small field in which every keystroke changes what is shown. */
export function FilterField({ field, label, value, onInput }: Properties) {
  return (
    <search>
      <label class="filter">
        <span>{label}</span>
        <input
          ref={field ?? null}
          type="search"
          dir="auto"
          value={value}
          maxLength={1000}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </label>
    </search>
  );
}
