"""What our pages ask of the plan and of the deliberation, put together."""
