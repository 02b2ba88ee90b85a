"""The search index of a directory that can list its entries."""
