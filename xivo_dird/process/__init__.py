"""The process: command line, workers, privileges, log."""
