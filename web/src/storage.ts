/** What the browser remembers for the next visit, if it may; apart for each daemon on the same host. */

export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function store(name: string, value: string): void {
  try {
    localStorage.setItem(keyOf(name), value);
  } catch {
    // Storage is full or not allowed: then the choice is for this visit only.
  }
}

function keyOf(name: string): string {
  return `xivo-dird ${location.pathname} ${name}`;
}
