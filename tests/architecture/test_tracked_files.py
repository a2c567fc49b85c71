import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT

# Put together here, so that this file does not hold them itself.
HOSTS = ["pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org"]
MACHINE_FOLDERS = ["wo" + "rk", "roo" + "t"]

LEAKS = re.compile("|".join([*map(re.escape, HOSTS), rf"(?<![\w.~-])/(?:{'|'.join(MACHINE_FOLDERS)})/"]).encode())


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of tracked files")
    # A file that is deleted and not yet committed is still listed.
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize(
    "leak", [*(f"https://{host}/simple" for host in HOSTS), *(f'"/{name}/x' for name in MACHINE_FOLDERS)]
)
def test_a_leak_is_seen(leak: str) -> None:
    assert LEAKS.search(leak.encode())


@pytest.mark.parametrize(
    "harmless", [f"src/{MACHINE_FOLDERS[0]}/x", f"https://example.com/{MACHINE_FOLDERS[0]}", "/v1/x"]
)
def test_other_paths_are_no_leak(harmless: str) -> None:
    assert not LEAKS.search(harmless.encode())


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = {
        str(path.relative_to(ROOT)): match[0] for path in tracked_files() if (match := LEAKS.search(path.read_bytes()))
    }

    assert found == {}
