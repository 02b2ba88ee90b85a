/** Durations in the words of the language. */

import { language } from "./language.ts";

type Unit = "second" | "minute" | "hour" | "day";

const LONG_UNITS: readonly (readonly [seconds: number, unit: Unit])[] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];

const longFormats = new Map(
  (["second", "minute", "hour", "day"] as const).map((unit) => [
    unit,
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }),
  ]),
);
const agoFormat = new Intl.RelativeTimeFormat(language);
const digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
const time = new Intl.DateTimeFormat(language, { timeStyle: "medium" });

/** Return how long it is, in the largest unit of which it has one: `3 minutes`. */
export function longDuration(seconds: number): string {
  const [count, unit] = inLargestUnit(seconds);
  return longFormats.get(unit)?.format(count) ?? "";
}

/** Return when it was: `3 minutes ago`. */
export function ago(seconds: number): string {
  const [count, unit] = inLargestUnit(seconds);
  return agoFormat.format(-count, unit);
}

/** Return how long it took: `12 ms`, `1.2 s`; these symbols are the same in all languages. */
export function shortDuration(seconds: number): string {
  const [number, symbol] = seconds < 1 ? [seconds * 1000, "ms"] : [seconds, "s"];
  return `${digits.format(number)}\u00a0${symbol}`;
}

export function timeOfDay(date: Date): string {
  return time.format(date);
}

function inLargestUnit(seconds: number): readonly [count: number, unit: Unit] {
  const [size, unit] = LONG_UNITS.find(([size]) => seconds >= size) ?? [1, "second"];
  return [Math.floor(Math.max(seconds, 0) / size), unit];
}
