"""The google_directory backend."""
