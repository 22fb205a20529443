"""What the templates of the open data write with."""
