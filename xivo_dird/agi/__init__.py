"""FastAGI: Asterisk connects for each call, and gets the name of the caller."""
