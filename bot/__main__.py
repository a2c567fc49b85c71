"""`python -m bot` is `muster`."""
