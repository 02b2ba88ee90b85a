"""The Flask application: token to caller, operations, errors to responses, OpenAPI."""
