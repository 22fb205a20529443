"""Administrators' pages: the services of the city, and how to try them."""
