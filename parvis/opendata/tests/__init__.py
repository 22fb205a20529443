"""The open data is what it says."""
