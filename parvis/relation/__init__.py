"""One thread with each person: timeline and mail."""
