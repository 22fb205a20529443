"""What programs ask of missions."""
