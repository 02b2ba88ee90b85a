"""The resources that serve documents for desk phones."""
