"""The browsing service: all contacts of the sources of a profile in one order, a part at a time."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from xivo_dird.browsing.columns import order_of, sortable_fields
from xivo_dird.browsing.cursor import start_of
from xivo_dird.browsing.groups import counted_groups, group_starts
from xivo_dird.browsing.merging import ListedContact, cursor_after, merge_sources
from xivo_dird.browsing.model import BrowsedGroups, BrowsedPart, BrowseOptions, GroupKind
from xivo_dird.caller import Caller
from xivo_dird.directory.fan_out import ask_all, ask_each
from xivo_dird.directory.outcome import Outcome
from xivo_dird.directory.question import Browse, CountGroups
from xivo_dird.directory.registry import Registry
from xivo_dird.lookup.model import SourcePart, source_part
from xivo_dird.lookup.service import LookupService
from xivo_dird.profiles.model import NO_SERVICE, Profile
from xivo_dird.sources.model import Source


class BrowsingService:
    """Lists the contacts of all sources of the profile's `lookup` service, within the timeout of a lookup."""

    def __init__(self, lookup: LookupService, registry: Registry) -> None:
        """Initialize the service.

        Args:
            lookup: The lookups in the same profiles.
            registry: The open sources.
        """
        self._lookup = lookup
        self._registry = registry

    def browse(self, caller: Caller, profile_name: str, options: BrowseOptions) -> BrowsedPart:
        """Return the contacts that come next in the list; those of sources that have not answered are missing.

        Args:
            caller: The caller.
            profile_name: The profile.
            options: Which part of the list.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
            InvalidArgument: No column has the field, or the position is invalid.
        """
        asked_at = time.monotonic()
        start = start_of(options.begin, options.after)
        profile = self._lookup.find_profile(caller, profile_name)
        order = order_of(profile.display, options.by)
        sources = _sources(profile)
        uuids = [source.uuid for source in sources]
        starts = start.starts(uuids)
        questions = [
            (self._registry.get(source), Browse(order, *source_start, options.limit))
            for source, source_start in zip(sources, starts, strict=True)
        ]
        deadline = self._lookup.deadline_of(profile, asked_at)
        outcomes = ask_each(questions, caller, deadline)
        found, from_keys = [outcome.contacts for outcome in outcomes], [from_key for from_key, _ in starts]
        listed = merge_sources(found, from_keys, order, options.limit)
        parts = _parts(sources, outcomes, listed)
        is_complete = not any(part.truncated for part in parts)
        end = None if is_complete or not listed else cursor_after(listed, uuids, start).encode()
        contacts = [one.contact for one in listed]
        groups = group_starts(listed, order, options.kind)
        fields = sortable_fields(profile.display)
        return BrowsedPart(profile, order.fields[0], fields, contacts, groups, end, parts, deadline)

    def count_groups(
        self, caller: Caller, profile_name: str, by: str, kind: GroupKind | None = None
    ) -> BrowsedGroups:
        """Return the groups of the whole list, without those of sources that have not answered.

        Args:
            caller: The caller.
            profile_name: The profile.
            by: As in `BrowseOptions`.
            kind: The preferred kind; None: values if there are few distinct ones.

        Raises:
            UnknownProfile: The tenant has no profile with this name.
            InvalidArgument: No column has this field.
        """
        asked_at = time.monotonic()
        profile = self._lookup.find_profile(caller, profile_name)
        order = order_of(profile.display, by)
        sources = _sources(profile)
        opened = [self._registry.get(source) for source in sources]
        deadline = self._lookup.deadline_of(profile, asked_at)
        outcomes = ask_all(opened, CountGroups(order), caller, deadline)
        parts = [
            replace(source_part(source, outcome), contacts=_count(outcome))
            for source, outcome in zip(sources, outcomes, strict=True)
        ]
        counts = [outcome.groups for outcome in outcomes if outcome.groups is not None]
        return BrowsedGroups(order.fields[0], *counted_groups(counts, kind), parts)


def _sources(profile: Profile) -> Sequence[Source]:
    return profile.services.get("lookup", NO_SERVICE).sources


def _parts(
    sources: Sequence[Source], outcomes: Sequence[Outcome], listed: Sequence[ListedContact]
) -> list[SourcePart]:
    counts = Counter(one.position for one in listed)
    return [
        replace(
            source_part(source, outcome),
            contacts=counts[position],
            truncated=outcome.is_cut or counts[position] < len(outcome.contacts),
        )
        for position, (source, outcome) in enumerate(zip(sources, outcomes, strict=True))
    ]


def _count(outcome: Outcome) -> int:
    return 0 if outcome.groups is None else outcome.groups.initials.total()
