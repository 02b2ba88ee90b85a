"""Documents for desk phones."""
