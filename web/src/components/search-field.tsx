import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { texts } from "../language.ts";

type Properties = {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly label: string;
  readonly text: Signal<string>;
};

/** The field in which every keystroke searches. */
export function SearchField({ field, label, text }: Properties) {
  return (
    <search class="search">
      <label for="search" class="for-screen-readers">
        {label}
      </label>
      <input
        id="search"
        ref={field}
        type="search"
        dir="auto"
        placeholder={texts.search.placeholder}
        value={text.value}
        maxLength={1000}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="search"
        onInput={(event) => {
          text.value = event.currentTarget.value;
          scrollTo(0, 0);
        }}
      />
    </search>
  );
}
