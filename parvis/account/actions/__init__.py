"""What one can do with an account: open it, confirm it, change it, close it, give it a role."""
