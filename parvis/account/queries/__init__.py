"""What one can ask about persons, their proofs and what is kept of them."""
