"""Trains and exports the networks of PIPELINE.md with phantoms (see ../README.md)."""
