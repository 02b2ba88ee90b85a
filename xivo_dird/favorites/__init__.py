"""The contacts that users marked, in whatever source they are."""
