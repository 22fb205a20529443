"""The plan as data: pillars, axes, actions, versions."""
