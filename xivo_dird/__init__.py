"""A phone directory daemon: queries all contact sources in parallel and answers within a time limit."""
