"""How fast the sources are, as ratios against a floor measured in the same rounds: `python -m benchmarks [--rows N]`."""
