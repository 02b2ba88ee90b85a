"""The daemon as a process: command line, workers, privileges, log."""
