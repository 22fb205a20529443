"""Tests of relation."""
