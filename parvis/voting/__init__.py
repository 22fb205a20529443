"""One vote of the city, whatever it is about: electors, contests, ballots, proof, paper."""
