"""HTTP: the server (cheroot), the Flask application, tokens to callers, our errors to answers."""
