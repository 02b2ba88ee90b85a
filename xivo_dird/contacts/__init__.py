"""Contacts stored in the database: the common part of phonebook contacts and personal contacts."""
