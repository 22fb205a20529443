"""What one can ask about a vote; never what somebody voted."""
