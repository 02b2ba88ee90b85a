/** A table as CSV (RFC 4180), for spreadsheets. */

/** Spreadsheets read it as UTF-8 then. */
const BYTE_ORDER_MARK = "\ufeff";

/** A spreadsheet would calculate the cell; with apostrophes before, an import of the daemon would remove one. */
const FORMULA = /^'*[=+\-@\t\r]/;

const PHONE_NUMBER = /^\+[\d(][\d ().\-/\u00a0]*$/;

export function csvText(rows: readonly (readonly string[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(text: string): string {
  const isFormula = FORMULA.test(text) && !PHONE_NUMBER.test(text);
  const guarded = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
