"""The HTTP server: sockets, TLS, and the threads that answer; knows no Flask."""
