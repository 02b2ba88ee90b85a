"""Documents for desk phones: a declaration and a template for each vendor."""
