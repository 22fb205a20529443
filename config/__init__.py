"""How this city is run: settings, addresses, and the program that starts it."""
