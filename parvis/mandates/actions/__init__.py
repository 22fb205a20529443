"""What one can do with mandates."""
