"""People's whole ways through a real browser."""
