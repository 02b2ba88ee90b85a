"""Phonebooks: contacts that the users of a tenant share."""
