"""What one can do in the participatory budget."""
