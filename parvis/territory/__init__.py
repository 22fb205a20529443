"""Districts, addresses, calendars."""
