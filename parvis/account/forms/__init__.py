"""What may be typed in about an account: shape only."""
