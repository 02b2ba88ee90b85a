import { useEffect } from "preact/hooks";
import { BookView } from "../components/book-view.tsx";
import { personalBook } from "../contacts/personal-book.ts";
import { texts } from "../language.ts";
import { showTitle } from "../title.ts";

/** The contacts that only the signed-in person sees. */
export function PersonalPage() {
  useEffect(() => showTitle(texts.header.personal), []);
  return (
    <BookView book={personalBook} name={texts.header.personal}>
      <h1>{texts.header.personal}</h1>
    </BookView>
  );
}
