"""Metrics of all tenants, for the administrator's monitoring."""
