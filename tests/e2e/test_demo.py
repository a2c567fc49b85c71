"""`muster demo` tells its story from beginning to end, without an account, and leaves nothing behind."""

import subprocess
import sys
from pathlib import Path

from tests.support.real_run import ROOT


def test_the_demo_tells_four_weeks_and_an_incident(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bot", "demo"],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert (told.returncode, told.stderr) == (0, "")
    said = " ".join(told.stdout.split())
    story = (
        # Who answers for what; an incident from its card to its end; the week's update; what nobody answers for.
        "Incident response: you own it; backup @Ana Lima",
        "Incident 1: Mood turned around, Review Radar, severity 2 (high): resolved",
        "Raj Patel decided to roll back: The version before reads smileys right",
        "acknowledged after 4 min, resolved after 2 h 11 min",
        "One incident on Friday: ",
        "The model was rolled back. Solved.",
    )
    assert [one for one in story if one not in said] == []
    assert said.count("Error review: Review Radar") >= 4
    assert list(tmp_path.iterdir()) == []
