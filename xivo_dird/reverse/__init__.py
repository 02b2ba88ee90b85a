"""The reverse lookup: find the contact with a number in the sources of a profile."""
