"""What several services share to deliberate: contributions, arguments, moderation, answers."""
