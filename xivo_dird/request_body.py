"""What the HTTP server and the application tell each other about a request body (keys of the WSGI environ).

The server receives a body without occupying a thread, and calls the application when it is complete. A body that is
not small could be the work of anyone; so the server calls the application first while the body has not arrived. If
the application would read the body, it answers `100 Continue`; any other answer is final, and nothing is received.
"""

BODY_PENDING = "xivo_dird.body_pending"
"""True while the body has not arrived. The key is missing in the call that has the body."""

BODY_FILE = "xivo_dird.body_file"
"""The whole body as a seekable binary file. Other WSGI servers do not set it."""

BODY_OWNER = "xivo_dird.body_owner"
"""Set by an application that answers `100 Continue`: the user; bodies are limited per user while they arrive."""
