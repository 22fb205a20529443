"""Pages of the household: for whom one acts, who acts for one, acting for another."""
