"""What one can do: tell people what happened, choose what is mailed, settle what went astray."""
