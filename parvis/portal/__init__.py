"""Home, search, « Mon compte », the desk: the top floor."""
