"""What Muster answers over HTTP."""
