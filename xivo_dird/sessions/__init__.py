"""Sessions of people who have signed in with a browser; what a session stores can only be read with its cookie."""
