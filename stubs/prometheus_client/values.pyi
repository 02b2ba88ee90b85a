from collections.abc import Callable

ValueClass: type[object]

def MultiProcessValue(process_identifier: Callable[[], int]) -> type[object]: ...
