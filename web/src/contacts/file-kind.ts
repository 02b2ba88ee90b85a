/** What a file is that somebody wants to import, as far as the daemon has to be told. */

export type FileKind =
  | { readonly kind: "empty" | "no-text" | "unreadable" }
  | { readonly kind: "text"; readonly isVcard: boolean; readonly isUnicode: boolean };

const VCARD_NAME = /\.(vcf|vcard)$/i;
const VCARD_START = /^\s*BEGIN:VCARD/i;
const START_BYTES = 64 * 1024;

/** Marks of UTF-8 and UTF-16 at the beginning of a file, which the daemon knows, too. */
const MARKS: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
];

export async function kindOf(file: Blob, name: string): Promise<FileKind> {
  if (file.size === 0) return { kind: "empty" };
  try {
    const start = new Uint8Array(await file.slice(0, START_BYTES).arrayBuffer());
    const hasMark = MARKS.some((mark) => mark.every((byte, index) => start[index] === byte));
    // Texts of one byte per letter have none.
    if (!hasMark && start.includes(0)) return { kind: "no-text" };
    const isVcard = VCARD_NAME.test(name) || VCARD_START.test(new TextDecoder().decode(start));
    return { kind: "text", isVcard, isUnicode: hasMark || (await isUtf8(file)) };
  } catch {
    return { kind: "unreadable" };
  }
}

/** Return whether a file is still as it was when it was chosen. */
export async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Return the type with which a file is sent; a charset of "" is not named. */
export function contentType(isVcard: boolean, charset: string): string {
  const type = isVcard ? "text/vcard" : "text/csv";
  return charset === "" ? type : `${type}; charset=${charset}`;
}

async function isUtf8(file: Blob): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = file.stream().getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!isDecodable(decoder, part.value)) {
      await reader.cancel();
      return false;
    }
  }
  return isDecodable(decoder);
}

function isDecodable(decoder: TextDecoder, part?: Uint8Array): boolean {
  try {
    decoder.decode(part, { stream: part !== undefined });
    return true;
  } catch {
    return false;
  }
}
