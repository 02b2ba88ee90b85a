import { texts } from "../language.ts";
import { chooseProfile, chosenProfile, profiles } from "../profiles.ts";
import { ChoiceSelect } from "./choice-select.tsx";

/** The choice of a profile, if there is one. */
export function ProfileSelect() {
  if (profiles.value.length < 2) return null;
  return (
    <ChoiceSelect
      class="profile"
      label={texts.header.profile}
      value={chosenProfile.value}
      options={profiles.value.map((name) => ({ value: name, text: name }))}
      onChoose={chooseProfile}
    />
  );
}
