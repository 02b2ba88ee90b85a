/** Links from texts; null where that of a contact is no number or address, so that it stays a text. */

// E.164 has 15 digits, and phones accept 32 characters.
const MAX_DIALLED_CHARACTERS = 32;

/** `(0)` in `+33 (0) 1 23` is dialled only inside the country. */
const TRUNK_PREFIX = /^(\s*\+[^()]*)\(\s*\d+\s*\)/;

export function telLink(text: string): string | null {
  const dialled = text.replace(TRUNK_PREFIX, "$1").replace(/[^0-9*#+]/g, "");
  if (!/[0-9*#]/.test(dialled) || dialled.length > MAX_DIALLED_CHARACTERS) return null;
  // A bare `#` would begin the fragment of the address.
  return `tel:${dialled.replaceAll("#", "%23")}`;
}

export function mailLink(text: string): string | null {
  const address = text.trim();
  const at = address.lastIndexOf("@");
  // Half of a surrogate pair can't be encoded.
  if (at < 1 || at === address.length - 1 || /[\s\p{Surrogate}]/u.test(address)) return null;
  return `mailto:${encodeURIComponent(address.slice(0, at))}@${encodeURIComponent(address.slice(at + 1))}`;
}

/** Return the address of a page, and of what it is about; empty texts at the end are left out. */
export function pageLink(route: string, ...parts: readonly string[]): string {
  const texts = parts.map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, "")));
  return `#${route}${texts
    .map((text) => `/${text}`)
    .join("")
    .replace(/\/+$/, "")}`;
}
