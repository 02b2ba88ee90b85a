import type { ComponentChildren } from "preact";

type Properties = {
  readonly text: string;
  readonly parts: { readonly [name: string]: ComponentChildren };
};

/** A text whose `{name}` are replaced; each part is isolated, as it may be written from right to left. */
export function Sentence({ text, parts }: Properties) {
  return (
    <>
      {text.split(/\{(\w+)\}/).map((piece, index) =>
        // The pieces at odd positions are the names.
        index % 2 ? <bdi key={piece}>{parts[piece]}</bdi> : piece,
      )}
    </>
  );
}
