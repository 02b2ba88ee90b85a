"""Displays: which columns clients see."""
