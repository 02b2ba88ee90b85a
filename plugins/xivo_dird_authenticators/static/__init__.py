"""The static authenticator."""
