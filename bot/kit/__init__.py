"""What a feature is made of."""
