"""Checks a vote's published record and counts it again: `python verify.py record.zip [receipt]`;
the folder it was unzipped into does as well.

Plain Python 3.9 or later, nothing to install. It believes neither the city nor the city's program.
Ends with 0 if everything holds, 1 if something does not, 2 if the record cannot be read.
"""
