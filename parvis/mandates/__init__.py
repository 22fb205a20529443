"""Household and mandates: who may act for whom, in what, until when, and by which proof."""
