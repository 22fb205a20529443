"""What one can do."""
