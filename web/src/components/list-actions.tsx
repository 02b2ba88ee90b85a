import { shownColumns } from "../columns.ts";
import { download } from "../download.ts";
import { texts } from "../language.ts";
import { listAsCsv, listAsVcards } from "../saved-list.ts";
import type { PeopleList } from "../selection.ts";

type Properties = { readonly list: PeopleList; readonly fileName: string };

/** Print the list, or save it. */
export function ListActions({ list, fileName }: Properties) {
  const { savedList } = texts;
  const people = list.people.value;
  if (people.length === 0) return null;
  const columns = shownColumns(list.columns.value);
  const save = (suffix: string, type: string, text: string) =>
    download(`${fileName}.${suffix}`, new Blob([text], { type }));
  return (
    <div class="list-actions">
      <button type="button" class="link" onClick={() => print()}>
        {savedList.print}
      </button>
      <button type="button" class="link" onClick={() => save("csv", "text/csv", listAsCsv(people, columns))}>
        {savedList.saveCsv}
      </button>
      <button
        type="button"
        class="link"
        onClick={() => save("vcf", "text/vcard", listAsVcards(people, columns))}
      >
        {savedList.saveVcard}
      </button>
    </div>
  );
}
