/** The import of a file into a book: the file is chosen, shown as it would be imported, imported. */

import { signal } from "@preact/signals";
import { type Failure, requestJson } from "../api.ts";
import { contactFailureText, reasonIn } from "../failure-text.ts";
import { counted, texts } from "../language.ts";
import { notice } from "../notices.ts";
import type { ContactBook } from "./contact-book.ts";
import { contentType, isReadable, kindOf } from "./file-kind.ts";
import { type Failed, type Preview, parseImported, parsePreview } from "./import-answer.ts";

/** Encodings of files that are not Unicode, as the daemon knows them; the most frequent one first. */
export const CHARSETS = [
  ...["windows-1252", "iso-8859-15", "macintosh", "cp850", "windows-1250", "iso-8859-2", "windows-1251"],
  ...[
    "koi8-r",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "shift_jis",
    "gb18030",
    "big5",
  ],
] as const;

export type ImportProblem = { readonly text: string; readonly reason: string };

export type Import = {
  readonly step: "choice" | "reading" | "preview" | "running" | "result";
  readonly file: File | null;
  readonly isVcard: boolean;
  /** Empty if the file says itself how it is encoded. */
  readonly charset: string;
  readonly preview: Preview | null;
  readonly problem: ImportProblem | null;
  readonly result: { readonly count: number; readonly failed: Failed } | null;
};

const EMPTY: Import = {
  step: "choice",
  file: null,
  isVcard: false,
  charset: "",
  preview: null,
  problem: null,
  result: null,
};

/** The import of each book whose dialog is open, by its path. */
const imports = signal<ReadonlyMap<string, Import>>(new Map());

let running = new AbortController();

export function importOf(book: ContactBook): Import | undefined {
  return imports.value.get(book.path);
}

export function openImport(book: ContactBook): void {
  notice.value = null;
  set(book, EMPTY);
}

export function closeImport(book: ContactBook): void {
  running.abort();
  set(book, null);
}

export function forgetImports(): void {
  running.abort();
  imports.value = new Map();
}

/** Show what a file would bring. */
export async function chooseFile(book: ContactBook, file: File): Promise<void> {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  set(book, { ...EMPTY, step: "reading", file });
  const found = await kindOf(file, file.name);
  if (signal.aborted) return;
  if (found.kind !== "text") return set(book, { ...EMPTY, file, problem: problemOf(found.kind) });
  const charset = found.isUnicode ? "" : CHARSETS[0];
  await preview(book, { ...EMPTY, file, isVcard: found.isVcard, charset }, file);
}

export async function chooseCharset(book: ContactBook, charset: string): Promise<void> {
  const current = imports.peek().get(book.path);
  if (current?.file) await preview(book, { ...current, charset }, current.file);
}

/** Import the file of the preview, and show the new contacts. */
export async function runImport(book: ContactBook): Promise<void> {
  const current = imports.peek().get(book.path);
  if (!current?.file || !current.preview || current.step !== "preview") return;
  set(book, { ...current, step: "running", problem: null });
  const known = new Set(book.contacts.peek().map(({ id }) => id));
  const body = typed(current.file, current);
  const answer = await requestJson({ method: "POST", path: `${book.path}/import`, body });
  // Somebody else may have signed in meanwhile.
  if (!imports.peek().has(book.path)) return;
  if (!answer.ok) return set(book, { ...current, problem: await failureOf(answer.failure, current.file) });
  const { ids, failed } = parseImported(answer.value, current.preview.failed);
  // A file may have one contact twice, or one that was there already, or that another window has added since.
  const added = new Set(ids.filter((id) => !known.has(id))).size;
  const count = Math.min(added, current.preview.newCount);
  await book.reload();
  if (failed.rows.length > 0) return set(book, { ...current, step: "result", result: { count, failed } });
  set(book, null);
  notice.value = { isFailure: false, text: counted(texts.imports.imported, count) };
}

async function preview(book: ContactBook, wanted: Import, file: File): Promise<void> {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  set(book, { ...wanted, step: "reading", problem: null });
  const path = `${book.path}/import/preview`;
  const answer = await requestJson({ method: "POST", path, body: typed(file, wanted), signal });
  if (signal.aborted) return;
  if (!answer.ok) {
    const problem = await failureOf(answer.failure, file);
    return signal.aborted ? undefined : set(book, { ...wanted, preview: null, step: "choice", problem });
  }
  const found = parsePreview(answer.value);
  const isEmpty = found.newCount + found.existingCount + found.failed.count === 0;
  set(book, { ...wanted, step: "preview", preview: found, problem: isEmpty ? problemOf("empty") : null });
}

/** Return the same bytes with the type that says what they are. */
function typed(file: File, { isVcard, charset }: Import): Blob {
  return file.slice(0, file.size, contentType(isVcard, charset));
}

function problemOf(kind: "empty" | "no-text" | "unreadable"): ImportProblem {
  const { empty, noText, unreadable } = texts.imports;
  return { text: { empty, "no-text": noText, unreadable }[kind], reason: "" };
}

async function failureOf(failure: Failure, file: File): Promise<ImportProblem> {
  // A file that was changed or deleted since it was chosen can't be sent.
  if (failure.kind === "unreachable" && !(await isReadable(file))) return problemOf("unreadable");
  if (failure.kind !== "refused") return { text: contactFailureText(failure), reason: "" };
  const text = failure.status === 413 ? texts.imports.tooLarge : texts.imports.refused;
  return { text, reason: reasonIn(failure) };
}

function set(book: ContactBook, changed: Import | null): void {
  const all = new Map(imports.peek());
  if (changed) all.set(book.path, changed);
  else all.delete(book.path);
  imports.value = all;
}
