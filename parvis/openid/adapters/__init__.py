"""Where the provider meets the OAuth library: what it may do, and what it asks of the city."""
