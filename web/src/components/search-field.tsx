import type { RefObject } from "preact";
import { texts } from "../language.ts";
import { searchText } from "../lookup.ts";

/** The field in which every keystroke searches. */
export function SearchField({ field }: { readonly field: RefObject<HTMLInputElement | null> }) {
  return (
    <search class="search">
      <label for="search" class="for-screen-readers">
        {texts.search.label}
      </label>
      <input
        id="search"
        ref={field}
        type="search"
        dir="auto"
        placeholder={texts.search.placeholder}
        value={searchText.value}
        maxLength={1000}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="search"
        onInput={(event) => {
          searchText.value = event.currentTarget.value;
          scrollTo(0, 0);
        }}
      />
    </search>
  );
}
