/** The contacts of a book as a file, which the daemon writes. */

import { request } from "../api.ts";
import { download } from "../download.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { texts } from "../language.ts";
import { notice } from "../notices.ts";
import type { ContactBook } from "./contact-book.ts";

const TYPES = { csv: "text/csv", vcf: "text/vcard" } as const;

/** Save all contacts, whatever the filter shows. */
export async function exportContacts(
  book: ContactBook,
  name: string,
  suffix: keyof typeof TYPES,
): Promise<void> {
  const type = TYPES[suffix];
  const query = new URLSearchParams({ format: type });
  const answer = await request({ path: `${book.path}?${query}`, accept: type });
  if (answer.ok) {
    download(`${name}.${suffix}`, await answer.value.blob());
    return;
  }
  const text = `${texts.contacts.notExported} ${contactFailureText(answer.failure)}`;
  notice.value = { isFailure: true, text, reason: reasonIn(answer.failure) };
}
