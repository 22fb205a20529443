"""Tags of the pages of consultations."""
