"""Agents' pages."""
