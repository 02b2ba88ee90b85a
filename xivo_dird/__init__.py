"""A phone directory daemon: asks every contact source at once and answers in time."""
