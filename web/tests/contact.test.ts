import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bodyOf,
  type Contact,
  contactName,
  isSame,
  matching,
  parseContact,
  parseContacts,
} from "../src/contacts/contact.ts";

function contact(fields: object): Contact {
  return parseContact({ id: "1", ...fields });
}

test("fields of a contact are its texts; the id and what is empty are none", () => {
  const { id, fields } = contact({ name: "Ada", fax: "", mobile: null, odd: { deep: 1 }, " ": " " });
  assert.equal(id, "1");
  assert.deepEqual(
    [...fields],
    [
      ["name", "Ada"],
      [" ", " "],
    ],
  );
  assert.deepEqual(
    parseContacts({ items: [null, 5, { id: "2" }] }).map((one) => one.id),
    ["2"],
  );
  assert.deepEqual(parseContacts("broken"), []);
});

test("names that objects have are fields like others", () => {
  const { fields } = parseContact(JSON.parse('{"id": "1", "__proto__": "a", "constructor": "b"}'));
  assert.equal(JSON.stringify(bodyOf(fields)), '{"__proto__":"a","constructor":"b"}');
});

test("a contact without a name has that of its parts, its company or any text", () => {
  assert.equal(contactName(contact({ firstname: "Ada", lastname: "Stern", name: "A. Stern" })), "A. Stern");
  assert.equal(contactName(contact({ firstname: "Ada", lastname: "Stern", company: "Acme" })), "Ada Stern");
  assert.equal(contactName(contact({ name: "  ", lastname: "Stern" })), "Stern");
  assert.equal(contactName(contact({ number: "2045", company: "Acme" })), "Acme");
  assert.equal(contactName(contact({ shoe: "43" })), "43");
  assert.equal(contactName(contact({})), "");
});

test("a filter finds every word in any text, whatever its case and accents", () => {
  const all = [contact({ name: "Éric Müller", number: "+33 1" }), contact({ name: "Ada", company: "Erica" })];
  assert.deepEqual(matching(all, " MULLER eric "), [all[0]]);
  assert.deepEqual(matching(all, "eric"), all);
  assert.deepEqual(matching(all, "+33 1"), [all[0]]);
  assert.deepEqual(matching(all, " "), all);
  assert.deepEqual(matching(all, "name"), []);
});

test("fields are compared in any order", () => {
  assert.ok(
    isSame(
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
      new Map([
        ["b", "2"],
        ["a", "1"],
      ]),
    ),
  );
  assert.ok(!isSame(new Map([["a", "1"]]), new Map([["a", "2"]])));
  assert.ok(
    !isSame(
      new Map([["a", "1"]]),
      new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    ),
  );
});
