"""The LDAP front end: phones, DECT bases and mail clients search the directory as an LDAP server."""
