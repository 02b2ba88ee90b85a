/** The answer of `GET /0.1/status`: each source, and the parts of the daemon that fail. */

import { countOf, isObject, type JsonObject, numberOrNull, objectOf, textOf, textOrNull } from "./json.ts";

/** An error of the daemon, whose texts are English: the error itself, what it means, and what to do. */
export type Trouble = {
  readonly error: string;
  readonly cause: string | null;
  readonly action: string | null;
};

export type Snapshot = {
  readonly entries: number;
  /** In seconds since 1970; null while there are no data. */
  readonly builtAt: number | null;
  readonly isStale: boolean;
  /** How many users have an index of their own that is open; null if all share one. */
  readonly users: number | null;
  readonly trouble: Trouble | null;
  /** What is missing in the data, in English. */
  readonly notes: readonly string[];
};

/** `no-data`: what it reads is missing; `stale`: it can't be read any more, and its last data are used. */
export type SourceState =
  | "works"
  | "unused"
  | "reading"
  | "late"
  | "failed"
  | "refused"
  | "not-asked"
  | "no-data"
  | "stale";

export type SourceReport = {
  readonly uuid: string;
  readonly name: string;
  readonly backend: string;
  readonly state: SourceState;
  readonly isBreakerOpen: boolean;
  /** How long the last question took. */
  readonly seconds: number | null;
  /** When the last question was answered, in seconds since 1970. */
  readonly answeredAt: number | null;
  /** How many questions were asked, without those that were skipped. */
  readonly questions: number;
  readonly snapshot: Snapshot | null;
  readonly trouble: Trouble | null;
};

/** A part of the daemon that fails, by its key in the answer. */
export type FailedPart = { readonly key: string; readonly error: string };

export type DaemonStatus = {
  readonly sources: readonly SourceReport[];
  readonly failedParts: readonly FailedPart[];
};

/** A bus that nobody wants is called a failure, too. */
const DISABLED = /^disabled\b/;

export function parseStatus(value: unknown): DaemonStatus {
  const answer = objectOf(value);
  const { sources, ...parts } = answer;
  const reports = Object.entries(objectOf(sources)).map(([uuid, report]) => parseSource(uuid, report));
  return { sources: reports, failedParts: failedPartsOf(parts) };
}

/** Return the trouble of an object with `error`, `cause` and `action`; null if it has none. */
export function parseTrouble(value: JsonObject): Trouble | null {
  const error = textOf(value.error);
  if (error === "") return null;
  return { error, cause: textOrNull(value.cause), action: textOrNull(value.action) };
}

function parseSource(uuid: string, value: unknown): SourceReport {
  const report = objectOf(value);
  const snapshot = isObject(report.snapshot) ? parseSnapshot(report.snapshot) : null;
  const { skipped, ...asked } = objectOf(report.counts);
  const isBreakerOpen = report.breaker === "open";
  return {
    uuid,
    name: textOf(report.name),
    backend: textOf(report.backend),
    state: stateOf(textOf(report.status), isBreakerOpen, snapshot),
    isBreakerOpen,
    seconds: numberOrNull(report.seconds),
    answeredAt: numberOrNull(report.answered_at),
    questions: Object.values(asked).reduce((sum: number, count) => sum + countOf(count), 0),
    snapshot,
    trouble: parseTrouble(report) ?? snapshot?.trouble ?? null,
  };
}

function parseSnapshot(value: JsonObject): Snapshot {
  return {
    entries: countOf(value.entries),
    builtAt: numberOrNull(value.built_at),
    isStale: value.stale === true,
    users: numberOrNull(value.users),
    trouble: parseTrouble(value),
    notes: [value.skip_reason, value.incomplete].map(textOf).filter((note) => note !== ""),
  };
}

function stateOf(status: string, isBreakerOpen: boolean, snapshot: Snapshot | null): SourceState {
  if (isBreakerOpen || status === "skipped") return "not-asked";
  const isShared = snapshot !== null && snapshot.users === null;
  if (isShared && snapshot.builtAt === null && !snapshot.trouble) return "reading";
  if (status === "late" || status === "failed" || status === "refused") return status;
  if (snapshot?.trouble) return isShared && !snapshot.isStale ? "no-data" : "stale";
  return status === "ok" ? "works" : "unused";
}

function failedPartsOf(parts: JsonObject): readonly FailedPart[] {
  return Object.entries(parts).flatMap(([key, value]) => {
    if (Array.isArray(value)) {
      return value
        .map(objectOf)
        .flatMap((plugin) => failure(`${textOf(plugin.group)} ${textOf(plugin.name)}`, plugin));
    }
    return failure(key, objectOf(value));
  });
}

function failure(key: string, part: JsonObject): readonly FailedPart[] {
  const error = textOf(part.error);
  return part.status === "fail" && !DISABLED.test(error) ? [{ key, error }] : [];
}
