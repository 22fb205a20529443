"""What one can ask of the participatory budget."""
