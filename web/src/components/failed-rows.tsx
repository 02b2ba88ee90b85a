import type { Failed } from "../contacts/import-answer.ts";
import { counted, texts } from "../language.ts";

/** The rows of a file that are no contacts, with what the daemon says about them, in English. */
export function FailedRows({ failed }: { readonly failed: Failed }) {
  if (failed.count === 0) return null;
  const more = failed.count - failed.rows.length;
  return (
    <details class="failed-rows" open>
      <summary>{counted(texts.imports.failed, failed.count)}</summary>
      <ul>
        {failed.rows.map(({ line, errors }, index) => (
          <li key={index}>
            {line !== null && `${texts.imports.line.replace("{line}", String(line))} `}
            <bdi lang="en">{errors.join(" ")}</bdi>
          </li>
        ))}
      </ul>
      {more > 0 && <p>{counted(texts.imports.moreFailed, more)}</p>}
    </details>
  );
}
