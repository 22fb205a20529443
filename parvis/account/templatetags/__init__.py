"""What templates ask of the account."""
