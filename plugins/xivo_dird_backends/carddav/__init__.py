"""The CardDAV backend."""
