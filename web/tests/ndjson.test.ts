import assert from "node:assert/strict";
import { test } from "node:test";
import { readLines } from "../src/ndjson.ts";

const TEXT = '{"name":"Amélie 🙂"}\n\n[1,2]\n"أحمد"';
const VALUES = [{ name: "Amélie 🙂" }, [1, 2], "أحمد"];

async function readChunks(chunks: readonly Uint8Array[]): Promise<readonly unknown[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const values: unknown[] = [];
  for await (const value of readLines(body)) values.push(value);
  return values;
}

test("a stream cut at any byte yields the same values", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    assert.deepEqual(await readChunks([bytes.slice(0, cut), bytes.slice(cut)]), VALUES);
  }
});

test("a stream of single bytes yields the same values", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  assert.deepEqual(await readChunks([...bytes].map((byte) => Uint8Array.of(byte))), VALUES);
});

test("a value is yielded as soon as its line is complete", async () => {
  const stream = new TransformStream<Uint8Array, Uint8Array>();
  const writer = stream.writable.getWriter();
  const lines = readLines(stream.readable);
  void writer.write(new TextEncoder().encode('"one"\n"tw'));
  assert.deepEqual(await lines.next(), { done: false, value: "one" });
  void writer.write(new TextEncoder().encode('o"\n'));
  assert.deepEqual(await lines.next(), { done: false, value: "two" });
});

test("the stream is cancelled when its reader stops early", async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("1\n2\n")),
    cancel() {
      isCancelled = true;
    },
  });
  for await (const value of readLines(body)) if (value === 1) break;
  assert.equal(isCancelled, true);
});

test("a line that is no JSON is undefined", async () => {
  assert.deepEqual(await readChunks([new TextEncoder().encode("<html>\n1\n")]), [undefined, 1]);
});
