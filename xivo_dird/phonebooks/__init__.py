"""Phonebooks: contacts that a tenant shares."""
