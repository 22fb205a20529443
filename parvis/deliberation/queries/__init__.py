"""What one can ask of a deliberation."""
