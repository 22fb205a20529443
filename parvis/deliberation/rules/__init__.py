"""What the regulation of a consultation says. No database, no clock, no Django."""
