"""What signing in costs beside the hash of a password, and what a crowd at the door costs."""
