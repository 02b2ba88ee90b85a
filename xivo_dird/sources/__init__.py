"""Sources: the configured directories of tenants."""
