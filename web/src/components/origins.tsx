import type { ComponentChildren } from "preact";
import { counted, texts } from "../language.ts";
import type { Person } from "../person.ts";

type Properties = { readonly person: Person; readonly children: ComponentChildren };

/** Beside the name, how many sources have the person; which ones, if the row is selected, or for the mouse. */
export function Origins({ person, children }: Properties) {
  const sources = person.entries.map(({ source }) => source);
  return (
    <div class="merged">
      {children}
      <div class="origins" title={sources.join(", ")}>
        {counted(texts.search.origins, sources.length)}
        <span class="names">
          {": "}
          <bdi>{sources.join(", ")}</bdi>
        </span>
      </div>
    </div>
  );
}
