"""What belongs to no module."""
