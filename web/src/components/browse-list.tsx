import { useMemo } from "preact/hooks";
import { browsedList, browsing, groups, hasMore, isFull } from "../browsing/browsed-list.ts";
import { reload, showMore } from "../browsing/loading.ts";
import { isStart, placeLink, startLink } from "../browsing/place.ts";
import { formatted, texts } from "../language.ts";
import { groupTitle } from "./jump-bar.tsx";
import { MoreRows } from "./more-rows.tsx";
import { PeopleTable } from "./people-table.tsx";

/** The people that have been loaded, in groups, and the ways to those before and after them. */
export function BrowseList() {
  const { rows, isStale } = browsing.value;
  const { start, by, next, people } = rows;
  const { browse } = texts;
  const headings = useHeadings();
  if (people.length === 0) return null;
  return (
    <>
      {!isStart(start) && (
        <p class="earlier">
          <a href={startLink(start.by)} onClick={(event) => restart(event.currentTarget.hash)}>
            {browse.start}
          </a>
        </p>
      )}
      <PeopleTable key={by} list={browsedList} label={browse.list} isStale={isStale} groups={headings} />
      <MoreRows list={browsedList} hasMore={hasMore} onMore={showMore} />
      {isFull.value && next !== null && (
        <p class="earlier">
          <a href={placeLink({ by: start.by, from: "", after: next })}>
            {browse.goOn.replace("{count}", formatted(people.length))}
          </a>
        </p>
      )}
    </>
  );
}

/** Load the list again if its address is the same one. */
function restart(hash: string): void {
  if (location.hash === hash) reload();
}

function useHeadings() {
  const { rows } = browsing.value;
  const items = groups.value?.items;
  return useMemo(() => {
    const counts = new Map(items?.map(({ after, count }) => [after, count]));
    return rows.groups.map(({ text, after, first }) => {
      const count = counts.get(after);
      const heading = (
        <div class="title">
          <bdi>{groupTitle(text)}</bdi>
          {count !== undefined && <span class="quiet">{formatted(count)}</span>}
        </div>
      );
      return { key: after, heading, first };
    });
  }, [rows.groups, items]);
}
