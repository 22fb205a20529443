"""What one can do in a deliberation: each action is one transaction."""
