/** How a source is, as an icon and a word: the colour alone says nothing. */

const CIRCLE = "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18";

const ICONS = {
  check: `${CIRCLE}M8 12.5l2.8 2.8L16 9.5`,
  cross: `${CIRCLE}M8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4`,
  clock: `${CIRCLE}M12 7v5.4l3.4 2`,
  bar: `${CIRCLE}M7.5 12h9`,
  pause: `${CIRCLE}M9.8 8.5v7M14.2 8.5v7`,
  dots: `${CIRCLE}M8 12h.01M12 12h.01M16 12h.01`,
  circle: CIRCLE,
  triangle: "M12 4L2.8 20h18.4zM12 10v4.5M12 17.4h.01",
} as const;

export type Icon = keyof typeof ICONS;
export type Tone = "good" | "warning" | "bad" | "quiet";
export type Mark = { readonly icon: Icon; readonly tone: Tone };

/** Of a source that has not answered a question. */
export const FAILURE_MARKS = {
  late: { icon: "clock", tone: "bad" },
  failed: { icon: "cross", tone: "bad" },
  refused: { icon: "bar", tone: "bad" },
} as const satisfies Readonly<Record<string, Mark>>;

/** Of a source that is not asked, because it has failed repeatedly or is busy. */
export const NOT_ASKED_MARK: Mark = { icon: "pause", tone: "bad" };

type Properties = { readonly mark: Mark; readonly text: string };

export function StateMark({ mark, text }: Properties) {
  return (
    <span class={`mark ${mark.tone}`}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={ICONS[mark.icon]} />
      </svg>
      <span>{text}</span>
    </span>
  );
}
