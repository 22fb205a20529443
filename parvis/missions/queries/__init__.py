"""What one can ask about missions."""
