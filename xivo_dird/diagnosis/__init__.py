"""Explains a question to the sources of a profile: for the commands of the administrator and for the REST API."""
