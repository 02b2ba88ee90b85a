"""The contacts of a source, listed by its backend."""
