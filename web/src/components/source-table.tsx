import { useRef } from "preact/hooks";
import { useKeptFocus } from "../kept-focus.ts";
import { texts } from "../language.ts";
import { overview } from "../source-overview.ts";
import type { SourceReport } from "../source-report.ts";
import { SourceRow } from "./source-row.tsx";

/** Sources, one row each; on narrow screens the style sheet makes each a card. */
export function SourceTable({ sources }: { readonly sources: readonly SourceReport[] }) {
  const table = useRef<HTMLTableElement>(null);
  useKeptFocus(table);
  const { latencies, daemonTime, failure } = overview.value;
  const { state, source, data, latencies: duration, trouble } = texts.sources;
  return (
    <table
      ref={table}
      class={failure ? "card-list sources stale" : "card-list sources"}
      aria-label={texts.header.sources}
    >
      <thead>
        <tr>
          <th scope="col" class="state">
            {state}
          </th>
          <th scope="col" class="name">
            {source}
          </th>
          <th scope="col" class="data">
            {data}
          </th>
          <th scope="col" class="latencies">
            {duration}
          </th>
          <th scope="col">{trouble}</th>
        </tr>
      </thead>
      <tbody>
        {sources.map((one) => (
          <SourceRow
            key={one.uuid}
            source={one}
            latencies={latencies.get(one.uuid)}
            daemonTime={daemonTime}
          />
        ))}
      </tbody>
    </table>
  );
}
