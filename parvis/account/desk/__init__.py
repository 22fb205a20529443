"""Agents' pages of the account."""
