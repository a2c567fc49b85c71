"""A process that asks a file for its worst rows and says how much memory that took: `python -m benchmarks.child URI`."""

import resource
import sys

from benchmarks.rows import WEEK, spec
from bot.sources import open_source

if __name__ == "__main__":
    source = open_source(spec(sys.argv[1]))
    assert len(source.worst(WEEK, 20)) == 20
    source.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
