"""How many ballots a city takes in over HTTP, into an empty box and a full one."""
