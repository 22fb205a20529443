"""What the module promises, as sentences."""
