"""What one can ask about reports and cases."""
