"""What one can ask the open data: versions, rows, differences, quality."""
