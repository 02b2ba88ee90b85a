/** Sign in and out. */

import { signal } from "@preact/signals";
import { type Answer, type Failure, request, requestJson } from "./api.ts";
import { objectOf } from "./json.ts";
import { parseMethods, parseSession, sessionState, signInMethods } from "./session-state.ts";

export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly token: string }
  | { readonly code: string };

/** Why the link that was opened last has not signed in. */
export const linkFailure = signal<Failure | null>(null);

const PATH = "0.1/session";

/** Ask who is signed in, and sign in with the one-use code of the address. */
export async function startSession(): Promise<void> {
  const code = takeCode();
  sessionState.value = { kind: "starting" };
  const answer = await requestJson({ path: PATH });
  if (!answer.ok) {
    sessionState.value = { kind: "unreachable" };
    return;
  }
  const status = objectOf(answer.value);
  const session = parseSession(status.session);
  signInMethods.value = parseMethods(status);
  sessionState.value = session
    ? { kind: "signed-in", session }
    : { kind: "signed-out", reason: "first-visit" };
  if (code === null) return;
  const signedIn = await signIn({ code });
  if (!signedIn.ok) linkFailure.value = signedIn.failure;
}

export async function signIn(credentials: Credentials): Promise<Answer<null>> {
  const answer = await requestJson({ method: "POST", path: PATH, body: credentials, isSignIn: true });
  if (!answer.ok) return answer;
  const session = parseSession(answer.value);
  if (session === null) return { ok: false, failure: { kind: "broken", status: 201 } };
  linkFailure.value = null;
  sessionState.value = { kind: "signed-in", session };
  return { ok: true, value: null };
}

export async function signOut(): Promise<Answer<null>> {
  const answer = await request({ method: "DELETE", path: PATH });
  if (!answer.ok && answer.failure.kind !== "session-ended") return answer;
  sessionState.value = { kind: "signed-out", reason: "signed-out" };
  return { ok: true, value: null };
}

/** Sign in with a link that is opened where the page is shown already. */
export function followLinks(): void {
  addEventListener("hashchange", () => {
    if (codeInAddress() !== null) void startSession();
  });
}

function codeInAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("code");
}

/** Return the code of `#code=…`, and remove it from the address bar and from the history. */
function takeCode(): string | null {
  const code = codeInAddress();
  if (code !== null) history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  return code;
}
