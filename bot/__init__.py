"""Muster calls an AI product team together over what its model got wrong."""
