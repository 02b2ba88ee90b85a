import type { Service } from "../explanation.ts";
import { useInitialFocus } from "../initial-focus.ts";
import { texts } from "../language.ts";
import {
  askQuestion,
  chosenService,
  MAX_QUESTION_CHARACTERS,
  mayAskNames,
  mayAskNumbers,
  questionText,
  serviceOf,
} from "../why-no-name.ts";

/** The field for a number or a name, and which of the two it is. */
export function QuestionForm() {
  const field = useInitialFocus<HTMLInputElement>();
  return (
    <form
      class="number-form"
      onSubmit={(event) => {
        event.preventDefault();
        askQuestion();
      }}
    >
      <label for="question">{texts.why.question}</label>
      <input
        id="question"
        ref={field}
        type="text"
        dir="auto"
        maxLength={MAX_QUESTION_CHARACTERS}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        enterkeyhint="search"
        aria-describedby="question-hint"
        value={questionText.value}
        onInput={(event) => {
          questionText.value = event.currentTarget.value;
          if (questionText.value.trim() === "") chosenService.value = null;
        }}
      />
      <button type="submit" class="primary">
        {texts.why.ask}
      </button>
      {mayAskNumbers.value && mayAskNames.value && <ServiceChoice />}
      <p id="question-hint" class="quiet">
        {texts.why.hint}
      </p>
    </form>
  );
}

/** Follows what the text looks like, until one of the two is chosen. */
function ServiceChoice() {
  const current = serviceOf(questionText.value);
  const option = (service: Service, text: string) => (
    <label>
      <input
        type="radio"
        name="service"
        checked={service === current}
        onChange={() => {
          chosenService.value = service;
        }}
      />
      {text}
    </label>
  );
  return (
    <fieldset class="choice">
      <legend>{texts.why.kind}</legend>
      {option("reverse", texts.why.number)}
      {option("lookup", texts.why.name)}
    </fieldset>
  );
}
