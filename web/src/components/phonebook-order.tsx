import { ORDERS, type PhonebookBook } from "../contacts/phonebook-book.ts";
import { texts } from "../language.ts";

/** The field by which the contacts of a phonebook are sorted. */
export function PhonebookOrder({ book }: { readonly book: PhonebookBook }) {
  const { favorites, contacts } = texts;
  const titles = { name: favorites.byName, lastname: contacts.byLastName, firstname: contacts.byFirstName };
  if (book.order.value === "") return null;
  return (
    <label class="order">
      <span>{favorites.order}</span>
      <select value={book.order.value} onChange={(event) => book.sortBy(event.currentTarget.value)}>
        {ORDERS.map((name) => (
          <option key={name} value={name}>
            {titles[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
