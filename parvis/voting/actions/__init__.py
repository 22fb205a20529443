"""What one can do with a vote: prepare it, fix it, cast, change, release, open, publish."""
