/** The title of the window. */

export function showTitle(page: string): void {
  document.title = `${page} – xivo-dird`;
}
