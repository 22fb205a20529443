"""The open data of the city: a catalogue, immutable versions, an API that clients already speak."""
