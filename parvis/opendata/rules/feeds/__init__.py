"""What sources say in the formats they say it in, read into rows: GBFS, GTFS-Realtime, JSON."""
