import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContact } from "../src/contacts/contact.ts";
import { contactPerson, shownFields } from "../src/contacts/contact-table.ts";
import { fieldKind, fieldType } from "../src/contacts/fields.ts";

test("columns are the most important fields that a contact has, at most six", () => {
  const contacts = [
    parseContact({ id: "1", shoe: "43", email: "a@b", fax: "3", name: "Ada", firstname: "Ada" }),
    parseContact({ id: "2", hat: "7", nickname: "Bo", number: "1", company: "Acme", mobile: "2" }),
  ];
  assert.deepEqual(shownFields(contacts), ["company", "number", "mobile", "email", "fax", "nickname"]);
  assert.deepEqual(shownFields(contacts.slice(0, 1)), ["email", "fax", "shoe"]);
  assert.deepEqual(shownFields([]), []);
});

test("a row has the name, and a cell without texts for what the contact lacks", () => {
  const person = contactPerson(parseContact({ id: "7", lastname: "Stern", fax: "1" }), ["company", "fax"]);
  assert.equal(person.key, "7");
  assert.deepEqual(person.cells, [["Stern"], [], ["1"]]);
});

test("a further field is of the kind of the first one", () => {
  assert.deepEqual(fieldKind("mobile_2"), { kind: "mobile", position: 2 });
  assert.deepEqual(fieldKind("fax_work_12"), { kind: "fax_work", position: 12 });
  assert.deepEqual(fieldKind("mobile_1"), { kind: "mobile_1", position: 1 });
  assert.equal(fieldType("fax_work_2"), "number");
  assert.equal(fieldType("email_3"), "email");
  assert.equal(fieldType("number plate"), null);
});
