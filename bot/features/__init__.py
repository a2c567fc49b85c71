"""What Muster does, one folder per verb; features do not know each other."""
