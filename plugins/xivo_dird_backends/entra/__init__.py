"""The entra backend."""
