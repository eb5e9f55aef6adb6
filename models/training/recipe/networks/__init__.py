"""The three networks, each in its own file."""
