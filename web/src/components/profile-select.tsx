import { texts } from "../language.ts";
import { chooseProfile, chosenProfile, profiles } from "../profiles.ts";

/** The choice of a profile, if there is one. */
export function ProfileSelect() {
  if (profiles.value.length < 2) return null;
  return (
    <label class="profile">
      <span>{texts.header.profile}</span>
      <select
        value={chosenProfile.value}
        onChange={(event) => {
          chooseProfile(event.currentTarget.value);
        }}
      >
        {profiles.value.map((name) => (
          <option key={name} value={name} dir="auto">
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
