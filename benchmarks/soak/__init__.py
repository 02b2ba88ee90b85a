"""A daemon under load, edits, faults and fuzzed requests for minutes: `make soak`."""
