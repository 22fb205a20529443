"""What one can ask about mandates."""
