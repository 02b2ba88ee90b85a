"""Query many sources at once, format their contacts, and keep one failing source from affecting the others."""
