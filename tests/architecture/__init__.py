"""The house judged by its own build."""
