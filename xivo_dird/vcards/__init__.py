"""Reads vCards, versions 2.1 to 4.0 as programs really write them, and writes them."""
