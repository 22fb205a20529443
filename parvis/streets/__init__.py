"""Streets: what is wrong in a street is reported, shared, routed, treated, answered in public."""
