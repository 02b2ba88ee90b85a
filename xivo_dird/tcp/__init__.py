"""Serves many TCP clients with few threads, whatever protocol they speak."""
