import { texts } from "../language.ts";

type Properties = { readonly isSaving: boolean; readonly onCancel: () => void };

/** The buttons at the end of a form in a dialog. */
export function FormButtons({ isSaving, onCancel }: Properties) {
  return (
    <div class="buttons modal-buttons">
      <button type="button" onClick={onCancel}>
        {texts.contacts.cancel}
      </button>
      <button type="submit" class="primary" aria-disabled={isSaving}>
        {texts.editor.save}
      </button>
    </div>
  );
}
