"""Pages of the account: signing in, one's own data, what one is trusted with."""
