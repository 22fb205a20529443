"""What may be typed in about a vote; shape only."""
