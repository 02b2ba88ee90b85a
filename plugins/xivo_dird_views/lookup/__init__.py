"""The lookup view."""
