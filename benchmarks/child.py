"""Asks a file for its worst rows and says how much memory that took: `python -m benchmarks.child URI`."""

import sys
from pathlib import Path

from benchmarks.rows import WEEK, spec
from bot.sources import open_source

if __name__ == "__main__":
    source = open_source(spec(sys.argv[1]))
    assert len(source.worst(WEEK, 20)) == 20
    source.close()
    # Not ru_maxrss: it starts at what the parent held.
    (peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    print(int(peak) * 1024)
