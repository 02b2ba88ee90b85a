import { useId } from "preact/hooks";
import type { ContactBook } from "../contacts/contact-book.ts";
import {
  CHARSETS,
  chooseCharset,
  chooseFile,
  closeImport,
  type Import,
  importOf,
  runImport,
} from "../contacts/importing.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { counted, texts } from "../language.ts";
import { FailedRows } from "./failed-rows.tsx";
import { ImportPreview } from "./import-preview.tsx";
import { Modal } from "./modal.tsx";
import { Reason } from "./reason.tsx";

/** The import of a file, if it is open. */
export function ImportDialog({ book }: { readonly book: ContactBook }) {
  const current = importOf(book);
  if (!current) return null;
  const { imports } = texts;
  const { step, problem, result } = current;
  return (
    <Modal
      title={imports.title}
      isWide={current.preview !== null}
      isBusy={step === "running"}
      onClose={() => closeImport(book)}
    >
      {(close) => (
        <>
          {step !== "result" && <FileChoice book={book} current={current} />}
          <div class="import-status" role="status">
            {step === "reading" && <p class="searching">{imports.reading}</p>}
            {step === "running" && <p>{imports.running}</p>}
            {result && <p>{counted(imports.imported, result.count)}</p>}
          </div>
          {step === "running" && <progress aria-label={imports.running} />}
          {result && <FailedRows failed={result.failed} />}
          {current.preview && step !== "result" && !problem && (
            <ImportPreview preview={current.preview} importsPartly={book.importsPartly} />
          )}
          {problem && (
            <p role="alert">
              {problem.text}
              <Reason text={problem.reason} />
            </p>
          )}
          <ImportButtons book={book} current={current} close={close} />
        </>
      )}
    </Modal>
  );
}

type Properties = { readonly book: ContactBook; readonly current: Import };

function FileChoice({ book, current }: Properties) {
  const input = useInitialFocus<HTMLInputElement>();
  const id = useId();
  const { imports } = texts;
  const { file, charset, step } = current;
  return (
    <>
      <p id={`${id}hint`} class="quiet">
        {imports.hint}
      </p>
      <div class="file-choice">
        <label class="file">
          <span>{file ? imports.chooseOther : imports.choose}</span>
          <input
            ref={input}
            type="file"
            accept=".csv,.vcf,.vcard,.txt,text/csv,text/vcard"
            disabled={step === "running"}
            aria-describedby={`${id}hint`}
            onChange={(event) => {
              const [chosen] = event.currentTarget.files ?? [];
              if (chosen) void chooseFile(book, chosen);
              // The same file may be chosen again, when it has been corrected.
              event.currentTarget.value = "";
            }}
          />
        </label>
        {file && <bdi class="file-name">{file.name}</bdi>}
        {charset !== "" && (
          <label class="order">
            <span>{imports.encoding}</span>
            <select
              value={charset}
              disabled={step === "running"}
              onChange={(event) => void chooseCharset(book, event.currentTarget.value)}
            >
              {CHARSETS.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
    </>
  );
}

function ImportButtons({ book, current, close }: Properties & { readonly close: () => void }) {
  const { step, preview } = current;
  const { contacts, imports } = texts;
  const count = preview?.newCount ?? 0;
  const isRefused = !book.importsPartly && (preview?.failed.count ?? 0) > 0;
  const isOffered = (step === "preview" || step === "running") && count > 0 && !isRefused;
  return (
    <div class="buttons modal-buttons">
      <button type="button" aria-disabled={step === "running"} onClick={close}>
        {step === "result" ? contacts.close : contacts.cancel}
      </button>
      {isOffered && (
        <button
          type="button"
          class="primary"
          aria-disabled={step === "running"}
          onClick={() => void runImport(book)}
        >
          {counted(imports.submit, count)}
        </button>
      )}
    </div>
  );
}
