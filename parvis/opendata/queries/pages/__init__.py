"""What the pages show: the catalogue one walks through, a dataset seen from several sides."""
