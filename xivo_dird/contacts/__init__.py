"""Contacts that the daemon itself keeps, whoever owns them: phonebooks and users share this mechanism."""
