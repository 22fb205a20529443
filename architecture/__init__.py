"""Tools that judge the house and are not part of it."""
