"""What may be typed in, shape only."""
