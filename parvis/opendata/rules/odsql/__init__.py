"""ODSQL, the query language of the Explore API v2.1: read into a tree, checked, compiled."""
