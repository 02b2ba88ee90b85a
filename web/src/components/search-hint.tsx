import { texts } from "../language.ts";
import { Sentence } from "./sentence.tsx";

/** What to do, while nothing has been typed. */
export function SearchHint() {
  return (
    <div class="hint">
      <p>{texts.search.hint}</p>
      <p class="keys">
        <Sentence
          text={texts.search.keys}
          parts={{
            slash: <kbd>/</kbd>,
            arrows: (
              <>
                <kbd>↑</kbd> <kbd>↓</kbd>
              </>
            ),
            enter: <kbd>Enter</kbd>,
          }}
        />
      </p>
    </div>
  );
}
