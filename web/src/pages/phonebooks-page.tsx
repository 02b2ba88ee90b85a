import { useSignalEffect } from "@preact/signals";
import { PhonebookDialog } from "../components/phonebook-dialog.tsx";
import { PhonebookList } from "../components/phonebook-list.tsx";
import { PhonebookView } from "../components/phonebook-view.tsx";
import { loadPhonebooks, phonebooks, phonebooksState } from "../contacts/phonebooks.ts";
import { texts } from "../language.ts";
import { routeArgument } from "../route.ts";

/** The phonebooks of the tenant, or the contacts of one of them. */
export function PhonebooksPage() {
  const uuid = routeArgument.value;
  useSignalEffect(() => void loadPhonebooks(routeArgument.value));
  const phonebook = phonebooks.value.find((one) => one.uuid === uuid);
  const { kind } = phonebooksState.value;
  if (uuid !== null && !phonebook && kind === "loading") return null;
  const isUnknown = uuid !== null && !phonebook && kind === "done";
  return (
    <>
      {phonebook ? (
        <PhonebookView key={phonebook.uuid} phonebook={phonebook} />
      ) : (
        <PhonebookList message={isUnknown ? texts.phonebooks.unknown : ""} />
      )}
      <PhonebookDialog />
    </>
  );
}
