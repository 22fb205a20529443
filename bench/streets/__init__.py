"""Reports by the million: what is near, what the map shows, how many come in a second."""
