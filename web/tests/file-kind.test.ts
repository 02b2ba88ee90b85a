import assert from "node:assert/strict";
import { test } from "node:test";
import { contentType, kindOf } from "../src/contacts/file-kind.ts";

function kind(content: BlobPart, name = "people.csv") {
  return kindOf(new Blob([content]), name);
}

test("UTF-8 and texts with a byte order mark are Unicode", async () => {
  const unicode = { kind: "text", isVcard: false, isUnicode: true };
  assert.deepEqual(await kind("name\nÉric"), unicode);
  assert.deepEqual(await kind("\ufeffname\nAda"), unicode);
  assert.deepEqual(await kind(new Uint8Array([0xff, 0xfe, 0x61, 0])), unicode);
  assert.deepEqual(await kind(new Uint8Array([0xfe, 0xff, 0, 0x61])), unicode);
});

test("a letter of Windows-1252 is none, also at the end of a large file", async () => {
  assert.deepEqual(await kind(new Uint8Array([0x61, 0xe9])), {
    kind: "text",
    isVcard: false,
    isUnicode: false,
  });
  const large = new Uint8Array(300_000).fill(0x61);
  large[299_999] = 0xe9;
  assert.deepEqual(await kind(large), { kind: "text", isVcard: false, isUnicode: false });
});

test("vCards are known by their name or their first line", async () => {
  const unicode = { kind: "text", isVcard: true, isUnicode: true };
  assert.deepEqual(await kind("anything", "Ada.VCF"), unicode);
  assert.deepEqual(await kind("\r\nbegin:vcard\r\n", "contacts"), unicode);
  assert.deepEqual(await kind("\ufeffBEGIN:VCARD", "contacts"), unicode);
});

test("empty files and pictures are no texts", async () => {
  assert.deepEqual(await kind(""), { kind: "empty" });
  assert.deepEqual(await kind(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0])), { kind: "no-text" });
});

class GoneFile extends Blob {
  override slice(): Blob {
    return new GoneFile();
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new Error("gone"));
  }
}

test("a file that has gone is unreadable", async () => {
  assert.deepEqual(await kindOf(new GoneFile(["name"]), "a.csv"), { kind: "unreadable" });
});

test("the type of a request names a charset only if there is one", () => {
  assert.equal(contentType(false, ""), "text/csv");
  assert.equal(contentType(false, "windows-1252"), "text/csv; charset=windows-1252");
  assert.equal(contentType(true, ""), "text/vcard");
});
