"""The HTTP server: sockets, TLS and worker threads; independent of Flask."""
