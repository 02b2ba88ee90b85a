/** People as vCards of version 3.0 (RFC 2426), which phones and mail programs import. */

const MAX_LINE_OCTETS = 75;

export type Card = {
  readonly name: string;
  readonly organization: string;
  readonly emails: readonly string[];
  readonly numbers: readonly CardNumber[];
};

export type CardNumber = { readonly type: "VOICE" | "CELL" | "FAX"; readonly text: string };

export function vcardText(cards: readonly Card[]): string {
  return cards.flatMap(linesOf).map(folded).join("");
}

function linesOf(card: Card): readonly string[] {
  const others = [card.organization, ...card.emails, ...card.numbers.map(({ text }) => text)];
  const name = [card.name, ...others].find((text) => text !== "") ?? "?";
  return [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `N:${escaped(card.name)};;;;`,
    `FN:${escaped(name)}`,
    ...(card.organization ? [`ORG:${escaped(card.organization)}`] : []),
    ...card.emails.map((email) => `EMAIL;TYPE=INTERNET:${escaped(email)}`),
    ...card.numbers.map(({ type, text }) => `TEL;TYPE=${type}:${escaped(text)}`),
    "END:VCARD",
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\,;]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");
}

/** Return a line in parts of at most 75 octets; the blank that begins a further part counts, too. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let result = "";
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > MAX_LINE_OCTETS) {
      result += "\r\n ";
      octets = 1;
    }
    result += character;
    octets += size;
  }
  return `${result}\r\n`;
}
