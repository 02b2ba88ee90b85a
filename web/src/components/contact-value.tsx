import type { ShownColumn } from "../columns.ts";
import { mailLink, telLink } from "../links.ts";

type Properties = { readonly kind: ShownColumn["kind"]; readonly value: string };

/** A text of a contact, as a link if it can be dialled or written to. */
export function ContactValue({ kind, value }: Properties) {
  const link = linkOf(kind, value);
  const text = <bdi>{value}</bdi>;
  return <div class="value">{link === null ? text : <a href={link}>{text}</a>}</div>;
}

function linkOf(kind: ShownColumn["kind"], value: string): string | null {
  if (kind === "number") return telLink(value);
  return kind === "email" ? mailLink(value) : null;
}
