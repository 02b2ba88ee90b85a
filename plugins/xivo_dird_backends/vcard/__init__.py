"""The vcard backend."""
