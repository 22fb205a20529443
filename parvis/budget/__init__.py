"""The participatory budget: what residents choose to build, counted by published rules."""
