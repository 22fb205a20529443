"""Pure rules of mandates."""
