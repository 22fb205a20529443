"""What the open data obeys: types of fields, the query language, what may be published."""
