"""What the ground, the calendar and the addresses of a city are, without a database."""
