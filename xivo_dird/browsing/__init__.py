"""Browsing: the contacts of all sources of a profile in one order, without a term."""
