"""How fast the sources are, as ratios to a floor of the same rounds: `python -m benchmarks [--rows N]`."""
