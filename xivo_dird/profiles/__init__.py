"""Which sources and which display serve whom."""
