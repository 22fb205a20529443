"""What a ballot is, how it is sealed, shuffled, logged and proved; pure functions."""
