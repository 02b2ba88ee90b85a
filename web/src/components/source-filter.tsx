import { texts } from "../language.ts";
import { filterText } from "../source-filter.ts";
import { FilterField } from "./filter-field.tsx";

/** The field for a part of the name of a source, or of its backend. */
export function SourceFilter() {
  return (
    <FilterField
      label={texts.sources.filter}
      value={filterText.value}
      onInput={(text) => {
        filterText.value = text;
      }}
    />
  );
}
