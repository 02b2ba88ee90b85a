"""The ldap backend."""
