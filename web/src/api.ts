/** Requests to the daemon: the only module that calls `fetch`. */

import { arrayOf, objectOf, parseJson, textOf } from "./json.ts";
import { csrfToken, parseSession, type Session, sessionState } from "./session-state.ts";

/** Why a request has no answer. */
export type Failure =
  | { readonly kind: "aborted" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "session-ended" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "not-found" }
  | { readonly kind: "too-many"; readonly retryAfterSeconds: number }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string }
  | { readonly kind: "broken"; readonly status: number };

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

export type Request = {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Relative to the page, as a reverse proxy may put the daemon below a path. */
  readonly path: string;
  /** A file is sent as it is, with its type; other objects are sent as JSON. */
  readonly body?: object;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** A request that signs in: 401 says that the credentials are wrong, not that the session has ended. */
  readonly isSignIn?: boolean;
};

const SESSION_PATH = "0.1/session";

/** Send a request and return the response if its status is a success. */
export async function request(wanted: Request, isRetry = false): Promise<Answer<Response>> {
  const sentToken = csrfToken();
  try {
    const response = await send(wanted, sentToken);
    if (response.ok) return { ok: true, value: response };
    if (response.status !== 401 || wanted.isSignIn) return failed(await failureOf(response));
    const failure = await afterUnauthorized(sentToken);
    return failure === "retry" && !isRetry ? await request(wanted, true) : failed(failure);
  } catch {
    return failed({ kind: wanted.signal?.aborted ? "aborted" : "unreachable" });
  }
}

/** Send a request and return the JSON value of its answer; undefined if it is empty. */
export async function requestJson(wanted: Request): Promise<Answer<unknown>> {
  const answer = await request(wanted);
  if (!answer.ok) return answer;
  try {
    return { ok: true, value: parseJson(await answer.value.text()) };
  } catch {
    return failed({ kind: wanted.signal?.aborted ? "aborted" : "unreachable" });
  }
}

function failed(failure: Failure | "retry"): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: failure === "retry" ? { kind: "forbidden" } : failure };
}

function send(wanted: Request, token: string | null): Promise<Response> {
  const headers = new Headers({ Accept: wanted.accept ?? "application/json" });
  if (token !== null) headers.set("X-CSRF-Token", token);
  const { body } = wanted;
  const isJson = body !== undefined && !(body instanceof Blob);
  if (isJson) headers.set("Content-Type", "application/json");
  return fetch(wanted.path, {
    method: wanted.method ?? "GET",
    headers,
    body: isJson ? JSON.stringify(body) : (body ?? null),
    signal: wanted.signal ?? null,
    cache: "no-store",
    credentials: "same-origin",
    redirect: "error",
  });
}

async function failureOf(response: Response): Promise<Failure> {
  const { status } = response;
  if (status === 401) return { kind: "unauthorized" };
  if (status === 404) return { kind: "not-found" };
  if (status === 429) {
    return { kind: "too-many", retryAfterSeconds: Number(response.headers.get("Retry-After")) || 60 };
  }
  // What a reverse proxy answers for a daemon that is restarted, and the daemon without its authentication server.
  if (status >= 502 && status <= 504) return { kind: "unreachable" };
  if (status >= 500) return { kind: "broken", status };
  return { kind: "refused", status, reason: reasonOf(parseJson(await response.text())) };
}

/** Return what the daemon says in one of the shapes of its errors, in English; "" if that is no text. */
export function reasonOf(error: unknown): string {
  const { reason, message } = objectOf(error);
  const texts = arrayOf(reason).filter((text) => typeof text === "string");
  return texts.join(" ") || textOf(reason) || textOf(message);
}

/** Return whether the daemon has the same already. */
export function isConflict(failure: Failure): boolean {
  return failure.kind === "refused" && failure.status === 409;
}

/** Find out what a 401 meant: a missing permission has the same status as a session that has ended. */
async function afterUnauthorized(sentToken: string | null): Promise<Failure | "retry"> {
  const response = await send({ path: SESSION_PATH }, null);
  if (!response.ok) return failureOf(response);
  const session = parseSession(objectOf(parseJson(await response.text())).session);
  return session ? sessionInOtherTab(session, sentToken) : endedSession();
}

function endedSession(): Failure {
  if (sessionState.peek().kind === "signed-in") sessionState.value = { kind: "signed-out", reason: "ended" };
  return { kind: "session-ended" };
}

/** Another tab may have signed in again since: its session is the one of the cookie now. */
function sessionInOtherTab(session: Session, sentToken: string | null): Failure | "retry" {
  if (session.csrfToken === sentToken) return { kind: "forbidden" };
  sessionState.value = { kind: "signed-in", session };
  return "retry";
}
