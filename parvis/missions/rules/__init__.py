"""What the regulations of missions say: pure functions."""
