"""What threads share: background work, and when a request arrived."""
