"""Missions: many people count or check things of the city, and what they agree on becomes data."""
