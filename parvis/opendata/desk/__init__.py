"""Agents' pages: files to publish, what people said of the data."""
