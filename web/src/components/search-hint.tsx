import { startLink } from "../browsing/place.ts";
import { texts } from "../language.ts";
import { isGranted } from "../permissions.ts";
import { chosenProfile, lookupAcl } from "../profiles.ts";
import { Sentence } from "./sentence.tsx";

/** What to do, while nothing has been typed. */
export function SearchHint() {
  return (
    <div class="hint">
      <p>
        {texts.search.hint}
        {isGranted(lookupAcl(chosenProfile.value)) && (
          <>
            {" "}
            <a href={startLink("")}>{texts.browse.all}</a>
          </>
        )}
      </p>
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
