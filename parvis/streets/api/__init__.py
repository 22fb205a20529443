"""GeoReport v2 and the data of the map."""
