"""Parvis, the software of a city."""
