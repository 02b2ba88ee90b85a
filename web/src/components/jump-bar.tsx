import type { CountedGroup } from "../browsing/answer.ts";
import { groups } from "../browsing/browsed-list.ts";
import { lettersOf } from "../browsing/jumps.ts";
import { place } from "../browsing/loading.ts";
import { placeLink } from "../browsing/place.ts";
import { counted, formatted, texts } from "../language.ts";
import { ChoiceSelect } from "./choice-select.tsx";

/** More letters, as those of Korean have, would not be found in a line. */
const MAX_LETTERS = 60;

/** The groups of the list, to begin it at one of them. */
export function JumpBar() {
  const { kind, items } = groups.value ?? { kind: "initials", items: [] };
  return (
    <div class="jump-bar">
      {kind === "values" || items.length > MAX_LETTERS ? (
        <JumpSelect items={items} />
      ) : (
        <JumpLetters items={items} />
      )}
    </div>
  );
}

type Properties = { readonly items: readonly CountedGroup[] };

function JumpLetters({ items }: Properties) {
  if (items.length === 0) return null;
  return (
    <nav aria-label={texts.browse.jump}>
      <ul>
        {lettersOf(items).map(({ text, group }) =>
          group ? (
            <li key={text}>
              <JumpLink group={group} />
            </li>
          ) : (
            <li key={text} aria-hidden="true">
              <span>{text}</span>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}

function JumpLink({ group }: { readonly group: CountedGroup }) {
  const { by, after } = place.value;
  const people = counted(texts.search.people, group.count);
  return (
    <a
      href={placeLink({ by, from: "", after: group.after })}
      aria-current={group.after === after ? "true" : undefined}
      aria-label={`${groupTitle(group.text)}, ${people}`}
      title={people}
    >
      {group.text || "–"}
    </a>
  );
}

function JumpSelect({ items }: Properties) {
  const { by, after } = place.value;
  const isHere = items.some((group) => group.after === after);
  const options = items.map((group) => ({
    value: group.after,
    text: `${groupTitle(group.text)} (${formatted(group.count)})`,
  }));
  return (
    <ChoiceSelect
      label={texts.browse.jump}
      value={isHere ? after : ""}
      options={[{ value: "", text: texts.browse.start }, ...options]}
      onChoose={(value) => {
        location.hash = placeLink({ by, from: "", after: value });
      }}
    />
  );
}

/** Return the heading of a group. */
export function groupTitle(text: string): string {
  return text === "" ? texts.browse.empty : text;
}
