"""What the regulations of the street say: pure functions."""
