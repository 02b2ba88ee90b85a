import { texts } from "../language.ts";
import { overview } from "../source-overview.ts";

/** The parts of the daemon, other than sources, that fail. */
export function FailedParts() {
  const parts = overview.value.failedParts;
  if (parts.length === 0) return null;
  return (
    <ul class="failed-parts">
      {parts.map(({ key, error }) => (
        <li key={key}>
          <bdi>{texts.sources.parts[key] ?? key}</bdi>
          {": "}
          <bdi lang="en">{error}</bdi>
        </li>
      ))}
    </ul>
  );
}
