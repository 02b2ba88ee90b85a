import { useId } from "preact/hooks";
import type { ContactBook } from "../contacts/contact-book.ts";
import { type Draft, type DraftRow, withChange } from "../contacts/draft.ts";
import { setDraft } from "../contacts/editing.ts";
import { fieldTitle } from "../contacts/field-title.ts";
import { fieldType } from "../contacts/fields.ts";
import { texts } from "../language.ts";

/** A longer text has several lines. */
const MAX_LINE_CHARACTERS = 80;

type Properties = { readonly book: ContactBook; readonly draft: Draft; readonly row: DraftRow };

/** A field of the form, with its title or, if it was added, with a field for its name. */
export function DraftField({ book, draft, row }: Properties) {
  const id = useId();
  const onValue = (value: string) => setDraft(book, withChange(draft, row.key, { value }));
  if (!row.isAdded) {
    return (
      <div class="draft-field">
        <label for={id} dir="auto">
          {fieldTitle(row.name)}
        </label>
        <ValueInput id={id} row={row} onValue={onValue} />
      </div>
    );
  }
  return (
    <div class="draft-field added">
      <label for={`${id}name`}>{texts.editor.fieldName}</label>
      <input
        id={`${id}name`}
        dir="auto"
        value={row.name}
        maxLength={1000}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        onInput={(event) => setDraft(book, withChange(draft, row.key, { name: event.currentTarget.value }))}
      />
      <label for={id}>{texts.editor.fieldValue}</label>
      <ValueInput id={id} row={row} onValue={onValue} />
    </div>
  );
}

type ValueProperties = {
  readonly id: string;
  readonly row: DraftRow;
  readonly onValue: (value: string) => void;
};

function ValueInput({ id, row, onValue }: ValueProperties) {
  const shared = { id, dir: "auto", value: row.value, autocomplete: "off", spellcheck: false } as const;
  // A field of one line would remove line breaks.
  if (/[\r\n]/.test(row.value) || row.value.length > MAX_LINE_CHARACTERS) {
    return <textarea {...shared} rows={3} onInput={(event) => onValue(event.currentTarget.value)} />;
  }
  const type = fieldType(row.name);
  const mode = type === "number" ? "tel" : type === "email" ? "email" : "text";
  return <input {...shared} inputMode={mode} onInput={(event) => onValue(event.currentTarget.value)} />;
}
