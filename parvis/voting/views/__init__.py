"""What anybody may look at of a vote."""
