import type { ComponentChildren } from "preact";
import type { ShownColumn } from "../columns.ts";
import { mailLink, telLink } from "../links.ts";

type Properties = { readonly kind: ShownColumn["kind"]; readonly value: string };

/** A text of a contact, as a link if it can be dialled or written to. */
export function ContactValue({ kind, value }: Properties) {
  const link = linkOf(kind, value);
  const text = <bdi>{kind === "email" ? breakable(value) : value}</bdi>;
  return <div class="value">{link === null ? text : <a href={link}>{text}</a>}</div>;
}

/** Let an address that is too long for its line be broken after the `@`. */
function breakable(address: string): ComponentChildren {
  const at = address.lastIndexOf("@") + 1;
  return [address.slice(0, at), <wbr key="break" />, address.slice(at)];
}

function linkOf(kind: ShownColumn["kind"], value: string): string | null {
  if (kind === "number") return telLink(value);
  return kind === "email" ? mailLink(value) : null;
}
