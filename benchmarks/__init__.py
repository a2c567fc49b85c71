"""How fast Muster is, as ratios to a floor of the same rounds: `python -m benchmarks [--rows N]`."""

import os
from pathlib import Path
from tempfile import gettempdir

# The embedded Postgres warns where a desktop session would set this; set before anything imports it.
os.environ.setdefault("XDG_RUNTIME_DIR", f"{gettempdir()}/muster-runtime-{os.getuid()}")
Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, exist_ok=True)
