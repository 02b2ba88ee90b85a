import { texts } from "../language.ts";
import { startSession } from "../session.ts";

/** What is shown if the daemon does not answer when the page is opened. */
export function Unreachable() {
  return (
    <main class="dialog">
      <h1>xivo-dird</h1>
      <p role="alert">{texts.errors.unreachable}</p>
      <button type="button" class="primary" onClick={() => void startSession()}>
        {texts.errors.retry}
      </button>
    </main>
  );
}
