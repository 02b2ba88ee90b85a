/** Who is signed in. What changes it is in `session.ts`. */

import { signal } from "@preact/signals";
import { arrayOf, isObject, objectOf, textOf, textOrNull } from "./json.ts";

export type Session = {
  readonly userUuid: string | null;
  readonly tenantUuid: string;
  readonly csrfToken: string;
};

export type SignInMethod = "password" | "token";

/** What the page knows about the session; `starting` until the first answer. */
export type SessionState =
  | { readonly kind: "starting" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "signed-out"; readonly reason: "first-visit" | "ended" | "signed-out" }
  | { readonly kind: "signed-in"; readonly session: Session };

export const sessionState = signal<SessionState>({ kind: "starting" });
export const signInMethods = signal<readonly SignInMethod[]>(["token"]);

export function csrfToken(): string | null {
  const state = sessionState.peek();
  return state.kind === "signed-in" ? state.session.csrfToken : null;
}

/** Read a session from an answer; null if nobody is signed in. */
export function parseSession(answer: unknown): Session | null {
  if (!isObject(answer)) return null;
  const token = textOf(answer.csrf_token);
  if (token === "") return null;
  return {
    userUuid: textOrNull(answer.user_uuid),
    tenantUuid: textOf(answer.tenant_uuid),
    csrfToken: token,
  };
}

export function parseMethods(answer: unknown): readonly SignInMethod[] {
  const names = arrayOf(objectOf(answer).methods);
  return names.includes("password") ? ["password", "token"] : ["token"];
}
