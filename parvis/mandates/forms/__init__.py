"""What may be typed in about mandates: shape only."""
