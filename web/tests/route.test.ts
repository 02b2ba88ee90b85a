import assert from "node:assert/strict";
import { test } from "node:test";
import { pageLink } from "../src/links.ts";
import { parseRoute, partsOf } from "../src/route.ts";

test("a fragment names a page, and what it shows", () => {
  assert.deepEqual(parseRoute("#/phonebooks/17-a"), { page: "/phonebooks", argument: "17-a" });
  assert.deepEqual(parseRoute("#/phonebooks/a%2Fb/c"), { page: "/phonebooks", argument: "a/b/c" });
  assert.deepEqual(parseRoute("#/phonebooks/"), { page: "/phonebooks", argument: null });
  assert.deepEqual(parseRoute("#/favorites"), { page: "/favorites", argument: null });
});

test("what is no page is the first one, and a broken escape stays as it is", () => {
  for (const fragment of ["", "#", "#/", "#code=a/b"]) {
    assert.deepEqual(parseRoute(fragment), { page: "/", argument: null }, fragment);
  }
  assert.deepEqual(parseRoute("#/phonebooks/%E0%"), { page: "/phonebooks", argument: "%E0%" });
});

test("the parts of an address are what its link was made of", () => {
  for (const parts of [[], ["a"], ["a/b", "%", "é"], ["", "from", "M"]]) {
    assert.deepEqual(partsOf(pageLink("/browse", ...parts)), parts);
  }
  assert.equal(pageLink("/browse", "", "", ""), "#/browse");
});
