import assert from "node:assert/strict";
import { test } from "node:test";
import { mailLink, telLink } from "../src/links.ts";

test("a number is dialled without the characters that only people read", () => {
  assert.equal(telLink("+33 6 39-98.01/11"), "tel:+33639980111");
  assert.equal(telLink("(01) 23 45"), "tel:012345");
  assert.equal(telLink("*21"), "tel:*21");
});

test("a # does not begin the fragment of the link", () => {
  assert.equal(telLink("#31#2001"), "tel:%2331%232001");
});

test("a prefix in brackets after a country code is not dialled", () => {
  assert.equal(telLink("+49 (0) 30 1234"), "tel:+49301234");
});

test("a text without digits, and one that is too long, is no number", () => {
  for (const text of ["", "unknown", "+", "javascript:alert()", "1".repeat(33)])
    assert.equal(telLink(text), null);
});

test("an address is written so that it can't add headers to the mail", () => {
  assert.equal(mailLink("jane@example.org"), "mailto:jane@example.org");
  assert.equal(mailLink("a?bcc=b&c@example.org"), "mailto:a%3Fbcc%3Db%26c@example.org");
});

test("a text that is no address has no link", () => {
  for (const text of ["", "jane", "@example.org", "jane@", "jane doe@example.org", "\ud800@example.org"]) {
    assert.equal(mailLink(text), null);
  }
});
