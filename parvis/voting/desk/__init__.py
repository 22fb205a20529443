"""Where officials hold keys and open boxes, and agents keep the paper."""
