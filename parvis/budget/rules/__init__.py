"""What the regulations of the participatory budget say: pure functions."""
