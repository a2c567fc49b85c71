"""The composition root: the only module that sees everything."""
