/** The text format of Prometheus, as far as the page needs it. */

export type Sample = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
};

const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Return the samples with one of these names; lines that are none, and infinite values, are left out. */
export function samplesOf(text: string, names: readonly string[]): readonly Sample[] {
  // Most lines are others: they are told apart without a regular expression.
  const starts = names.flatMap((name) => [`${name}{`, `${name} `]);
  return text
    .split("\n")
    .filter((line) => starts.some((start) => line.startsWith(start)))
    .flatMap(parseLine);
}

function parseLine(line: string): readonly Sample[] {
  const [, name, labels = "", number] = SAMPLE.exec(line) ?? [];
  const value = Number(number);
  return name === undefined || !Number.isFinite(value) ? [] : [{ name, labels: parseLabels(labels), value }];
}

function parseLabels(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}
