"""A backend of a third party: a team whose names and numbers are in the options of the source."""

from xivo_dird.backend import Caller, Entry, SnapshotBackend, SourceOptions


class TeamOptions(SourceOptions):
    members: dict[str, str]


class TeamBackend(SnapshotBackend[TeamOptions]):
    Options = TeamOptions
    unique_column = "name"

    def version(self, caller: Caller | None) -> str:
        return str(self.options.members)

    def entries(self, caller: Caller | None) -> list[Entry]:
        return [{"name": name, "number": number} for name, number in self.options.members.items()]
