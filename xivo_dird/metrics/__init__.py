"""Metrics: figures over all tenants, for the administrator's monitoring."""
