"""The pages of the open data: the catalogue, the sides of a dataset, the keys to the budget."""
