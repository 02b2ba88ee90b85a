/** Yield the values of a stream of JSON lines as they arrive, however the network has cut them. */

import { parseJson } from "./json.ts";

export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const reader = body.getReader();
  // `stream: true` keeps the first bytes of a character that a chunk ends within.
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      yield* lines.filter((line) => line.trim() !== "").map(parseJson);
      if (done) return;
    }
  } finally {
    // The reader may stop before the end; then the server need not send the rest.
    await reader.cancel().catch(() => undefined);
  }
}
