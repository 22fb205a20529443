"""Where the account meets Django and the libraries it signs people in with."""
