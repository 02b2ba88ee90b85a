import { shownColumns } from "../columns.ts";
import { contactColumns } from "../contacts/contact-columns.ts";
import { contactPerson, shownFields } from "../contacts/contact-table.ts";
import type { Preview } from "../contacts/import-answer.ts";
import { counted, texts } from "../language.ts";
import { FailedRows } from "./failed-rows.tsx";

type Properties = { readonly preview: Preview; readonly importsPartly: boolean };

/** What an import would do: how many contacts are new, the first of them, and the rows in error. */
export function ImportPreview({ preview, importsPartly }: Properties) {
  const { imports } = texts;
  const { newCount, existingCount, failed } = preview;
  const counts = [
    counted(imports.new, newCount),
    ...(existingCount > 0 ? [counted(imports.existing, existingCount)] : []),
    ...(failed.count > 0 ? [counted(imports.failed, failed.count)] : []),
  ];
  return (
    <>
      <p class="counts" role="status">
        {counts.join(" · ")}
      </p>
      {failed.count > 0 && !importsPartly && <p class="missing">{imports.refusesWhole}</p>}
      <FailedRows failed={failed} />
      {preview.contacts.length > 0 && <FirstContacts preview={preview} />}
    </>
  );
}

function FirstContacts({ preview }: { readonly preview: Preview }) {
  const fields = shownFields(preview.contacts);
  const columns = shownColumns(contactColumns(fields));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, with the arrow keys, too
    <section class="preview" aria-label={texts.imports.preview} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ index, title }) => (
              <th key={index} scope="col" dir="auto">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.contacts.map((contact, row) => (
            <tr key={row}>
              {contactPerson(contact, fields).cells.map(([text], index) => (
                <td key={columns[index]?.index}>
                  <bdi>{text}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
