"""What one can ask of the territory: where a point is, what an address may be."""
