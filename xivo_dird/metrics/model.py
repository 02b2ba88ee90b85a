"""The format of the metrics."""

from xivo_dird.prometheus import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""The media type of the text format of Prometheus, with its version."""
