import { texts } from "../language.ts";
import { filterText } from "../source-filter.ts";

/** The field for a part of the name of a source, or of its backend. */
export function SourceFilter() {
  return (
    <search>
      <label class="filter">
        <span>{texts.sources.filter}</span>
        <input
          type="search"
          dir="auto"
          value={filterText.value}
          maxLength={1000}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => {
            filterText.value = event.currentTarget.value;
          }}
        />
      </label>
    </search>
  );
}
