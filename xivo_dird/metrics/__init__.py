"""Metrics over all tenants, for the administrator's monitoring."""
