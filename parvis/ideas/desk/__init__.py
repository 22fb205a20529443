"""Agents' pages: what moderators rule on, what officials answer."""
