"""Tenants, the owners of all resources, and what services of owned resources share."""
