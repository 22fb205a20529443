"""One account for every service."""
