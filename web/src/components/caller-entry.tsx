import { texts } from "../language.ts";
import { pageLink } from "../links.ts";
import type { Caller } from "../who-called.ts";
import { mayAskNumbers, WHY_ROUTE } from "../why-no-name.ts";
import { ContactValue } from "./contact-value.tsx";
import { Sentence } from "./sentence.tsx";

const PHONE_NUMBER = /^[+\d(][\d\s()./-]{2,}$/;

/** A number, and what the directory knows about whom it belongs to. */
export function CallerEntry({ caller }: { readonly caller: Caller }) {
  const { number, source, name, fields } = caller;
  return (
    <li class="caller">
      <ContactValue kind="number" value={number} />
      {source === null ? (
        <p class="quiet">
          {texts.whoCalled.nobody}{" "}
          {mayAskNumbers.value && <a href={pageLink(WHY_ROUTE, number)}>{texts.header.why}</a>}
        </p>
      ) : (
        <div>
          <p>
            <strong>
              <bdi>{name}</bdi>
            </strong>{" "}
            <span class="quiet">
              <Sentence text={texts.whoCalled.source} parts={{ source }} />
            </span>
          </p>
          <dl>
            {fields.map(([field, values]) => (
              <div key={field}>
                <dt dir="auto">{field}</dt>
                <dd>
                  {values.map((value) => (
                    <ContactValue key={value} kind={kindOf(value)} value={value} />
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </li>
  );
}

/** Fields have no types: only their texts tell what they are. */
function kindOf(value: string): "number" | "email" | "text" {
  if (PHONE_NUMBER.test(value)) return "number";
  return value.includes("@") ? "email" : "text";
}
