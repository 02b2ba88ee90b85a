"""Configured directories."""
