"""The OpenID provider: other applications of the city sign people in with the one account."""
