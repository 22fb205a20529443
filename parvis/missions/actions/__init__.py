"""What can be done with missions."""
