/** Where a list begins, and how it is sorted, as the address has it: `#/browse/company/from/Acme`. */

import { pageLink } from "../links.ts";

export const BROWSE_ROUTE = "/browse";

export type Place = {
  /** The field by which the list is sorted; "" for that of the names. */
  readonly by: string;
  /** The text at which it begins; "" for the start, or for `after`. */
  readonly from: string;
  /** The cursor at which it begins; "" for the start, or for `from`. */
  readonly after: string;
};

export const START: Place = { by: "", from: "", after: "" };

export function placeOf([by = "", kind = "", text = ""]: readonly string[]): Place {
  return { by, from: kind === "from" ? text : "", after: kind === "after" ? text : "" };
}

export function placeLink({ by, from, after }: Place): string {
  if (after !== "") return pageLink(BROWSE_ROUTE, by, "after", after);
  return from === "" ? startLink(by) : pageLink(BROWSE_ROUTE, by, "from", from);
}

export function startLink(by: string): string {
  return pageLink(BROWSE_ROUTE, by);
}

export function isStart({ from, after }: Place): boolean {
  return from === "" && after === "";
}
