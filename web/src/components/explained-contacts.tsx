import type { Explanation } from "../explanation.ts";
import { formatted, texts } from "../language.ts";
import { Sentence } from "./sentence.tsx";

/** The contacts that were found, with the columns of the daemon. */
export function ExplainedContacts({ explanation }: { readonly explanation: Explanation }) {
  const { columns, contacts, contactCount } = explanation;
  return (
    <section>
      <h2 id="contacts">{texts.why.contacts}</h2>
      <table class="card-list labelled" aria-labelledby="contacts">
        <thead>
          <tr>
            <th scope="col">{texts.sources.source}</th>
            {columns.map((column, position) => (
              <th key={position} scope="col" dir="auto">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {contacts.map(({ source, values }, index) => (
            // Nothing of a contact, nor of a column, is there only once.
            <tr key={index}>
              <td data-title={texts.sources.source}>
                <bdi>{source}</bdi>
              </td>
              {columns.map((column, position) => (
                <td key={position} data-title={column}>
                  <bdi>{values[position]}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {contactCount > contacts.length && (
        <p class="outcome">
          <Sentence
            text={texts.why.cut}
            parts={{ shown: formatted(contacts.length), count: formatted(contactCount) }}
          />
        </p>
      )}
    </section>
  );
}
