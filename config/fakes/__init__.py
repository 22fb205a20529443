"""Parties outside the city, played by small programs that speak their real protocols.

A demonstration starts each beside the web server, a test starts those it needs. They import nothing
of Django: `python -m config.fakes.franceconnect 9001` is all it takes.
"""
