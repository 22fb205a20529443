"""A module that announces facts, so that accidents can be rehearsed without the services above."""
