"""Consultations as residents and agents meet them."""
