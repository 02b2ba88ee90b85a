"""The wazo_auth authenticator."""
