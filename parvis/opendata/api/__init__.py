"""The Explore API v2.1: the catalogue and its rows for programs, open to every origin."""
