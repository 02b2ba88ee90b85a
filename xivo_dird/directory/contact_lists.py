"""Lists of the contacts of one source, as an administrator requests them (contract section 2.10)."""

import logging
from collections.abc import Callable
from itertools import islice

from xivo_dird.backend import AnyBackend, ContactsUnavailable, Entry, Listing, NoTokenFound, Page
from xivo_dird.blocking import WaitsFor, waiting_for
from xivo_dird.caller import Caller
from xivo_dird.directory.backend_adapter import usable_entry
from xivo_dird.directory.query_adapter import MAX_ANSWER_ENTRIES
from xivo_dird.exceptions import (
    PluginBoundary,
    SourceUnavailable,
    TooBusy,
    describe_error,
    without_question,
)
from xivo_dird.threads.bulkhead import Bulkhead, Call
from xivo_dird.threads.deadline import Deadline

logger = logging.getLogger(__name__)

MAX_LISTS_AT_ONCE = 2
"""Maximum number of lists of a source that are requested from its backend at the same time."""

MAX_QUEUED_LISTS = 16
"""Maximum number of lists of a source that wait for a worker."""

ContactPage = Page[Entry]


class ContactLists:
    """Requests lists from the backend of a source, on workers that are not those of lookups."""

    def __init__(self, source: str, get_backend: Callable[[], AnyBackend]) -> None:
        """Create it without threads.

        Args:
            source: The name of the source.
            get_backend: Returns the instance of the backend; it may open it, and so block or raise.
        """
        self._source = source
        self._get_backend = get_backend
        self._backend: AnyBackend | None = None
        self._bulkhead: Bulkhead[ContactPage] = Bulkhead(
            f"list of {source}", MAX_LISTS_AT_ONCE, MAX_QUEUED_LISTS
        )

    @property
    def is_busy(self) -> bool:
        """Return True while a list is requested, or such a call hangs."""
        return self._bulkhead.is_busy

    def find_listed(self, listing: Listing, caller: Caller, deadline: Deadline) -> ContactPage:
        """Return the requested part of the contacts, with plain JSON values.

        Raises:
            NoTokenFound: The user of the caller has no token for the directory.
            ContactsUnavailable: There is no list at the deadline.
            TooBusy: Too many requests wait for sources.
        """
        try:
            return _result(self._bulkhead, lambda: self._list(listing, caller), deadline)
        except (ContactsUnavailable, NoTokenFound, TooBusy):
            raise
        except Exception as error:
            reason = describe_error(error)
            reason = without_question(reason, listing.search or "", *listing.filters.values())
            logger.warning("source %r: its contacts can't be listed: %s", self._source, reason)
            raise self._unavailable(SourceUnavailable(reason)) from error

    def end_idle(self) -> None:
        """End every thread as soon as it is idle."""
        self._bulkhead.end_idle()

    def close(self) -> None:
        """End all waiting calls and the threads, without waiting for a call that hangs."""
        self._bulkhead.close()

    def _list(self, listing: Listing, caller: Caller) -> ContactPage:
        """Return the list of the backend, which is opened if it is not open."""
        backend = self._backend = self._get_backend()
        with PluginBoundary("the backend"):
            page = backend.list_contacts(listing, caller)
            items = [usable_entry(entry) for entry in islice(page.items, MAX_ANSWER_ENTRIES + 1)]
        if len(items) > MAX_ANSWER_ENTRIES:
            raise SourceUnavailable(f"the list has more than {MAX_ANSWER_ENTRIES} entries")
        return Page(items, page.total, page.filtered)

    def _unavailable(self, error: SourceUnavailable) -> ContactsUnavailable:
        """Return the error of the backend for clients; a general one if it is not open, or fails here, too."""
        if self._backend is not None:
            try:
                return self._backend.contacts_unavailable(error)
            except Exception as raised:  # noqa: BLE001 - plugin boundary
                logger.warning("source %r: contacts_unavailable: %s", self._source, describe_error(raised))
        return ContactsUnavailable(
            "The contacts of the source can't be listed", {"original_error": str(error)}
        )


def _result(
    bulkhead: Bulkhead[ContactPage], work: Callable[[], ContactPage], deadline: Deadline
) -> ContactPage:
    """Return the result of `work`, run on a worker.

    Raises:
        SourceUnavailable: It has not ended at the deadline, or no worker can begin it.
        TooBusy: Too many requests wait for sources.
        Exception: Whatever `work` raises.
    """
    call: Call[ContactPage] = bulkhead.submit(object(), work)  # a key of its own: no list is shared
    try:
        with waiting_for(WaitsFor.SOURCES):
            return call.future.result(deadline.remaining())
    except TimeoutError as error:
        if call.future.done():
            raise
        raise SourceUnavailable(f"no complete answer within {deadline.timeout:g} s") from error
    finally:
        call.release()
