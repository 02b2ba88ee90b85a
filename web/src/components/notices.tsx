import { texts } from "../language.ts";
import { notice } from "../notices.ts";
import { Reason } from "./reason.tsx";
import { Sentence } from "./sentence.tsx";

/** That a change could not be made. */
export function FailureNotice() {
  const shown = notice.value;
  if (!shown?.isFailure) return null;
  return (
    <p role="alert" class="notice">
      <span>
        <Sentence text={shown.text} parts={{ name: shown.name }} />
        <Reason text={shown.reason} />
      </span>
    </p>
  );
}

/** What was changed, and how to undo it; afterwards the focus is needed elsewhere, as the button is no more. */
export function ChangeNotice({ onUndone }: { readonly onUndone: () => void }) {
  const shown = notice.value;
  return (
    // Also there while it is empty: screen readers notice only what changes in it.
    <div role="status" class="notices">
      {shown && !shown.isFailure && (
        <p class="notice">
          <span>
            <Sentence text={shown.text} parts={{ name: shown.name }} />
          </span>
          {shown.undo && (
            <button
              type="button"
              class="link"
              onClick={() => {
                onUndone();
                shown.undo?.();
              }}
            >
              {texts.notices.undo}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
