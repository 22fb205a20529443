"""The ground floor: clock, money, refusals, facts, register, identifiers, files, declarations."""
