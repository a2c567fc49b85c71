"""Getting the local Slack from npm, once, and only when asked: what does not match its checksum is never used."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from bot.demo.peer.packages import VERSION, Package
from bot.errors import UserError

BINARY = "local-slack"
PATIENCE = 300.0
"""Seconds for npm to bring 37 MB."""

_INSIDE = f"package/bin/{BINARY}"
_LARGEST = 300_000_000
_CHUNK = 1 << 20


class NpmMissingError(UserError):
    """Nothing here can fetch the package."""

    def __init__(self) -> None:
        super().__init__(f"npm is needed to fetch local-slack {VERSION}, and it is not on the PATH: install Node.js.")


class NotFetchedError(UserError):
    """npm did not bring the package."""

    def __init__(self, package: Package, why: str) -> None:
        super().__init__(f"npm could not fetch {package.spec}: {why} Is the network there? Nothing was changed.")


class IntegrityError(UserError):
    """What came is not the package that was asked for."""

    def __init__(self, package: Package, why: str) -> None:
        super().__init__(f"{package.spec} came, but {why}. It was thrown away and not run.")


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where the fetched local Slack lives: MUSTER_CACHE, else XDG_CACHE_HOME, else below the home folder."""
    if own := environment.get("MUSTER_CACHE"):
        return Path(own) / f"{BINARY}-{VERSION}"
    shared = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME") or Path.home()) / ".cache"
    return Path(shared) / "muster" / f"{BINARY}-{VERSION}"


def fetched(folder: Path) -> Path | None:
    """The binary that lies in *folder*, whole; `None`, if it was not fetched yet. Asks no network."""
    binary = folder / BINARY
    return binary if binary.is_file() else None


def fetch(folder: Path, package: Package, *, npm: str | None = None, patience: float = PATIENCE) -> Path:
    """The binary in *folder*, brought by npm unless it is there; it appears whole or not at all.

    Several may fetch at the same time. *npm* is its path (default: the one on the PATH), *patience* is in seconds.
    Raises `NpmMissingError`, `NotFetchedError`, `IntegrityError`.
    """
    if there := fetched(folder):
        return there
    program = npm or shutil.which("npm")
    if program is None:
        raise NpmMissingError
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".coming-", dir=folder) as coming:
        archive = _packed(program, package, Path(coming), patience)
        _check(archive, package)
        return _unpack(archive, package, Path(coming) / BINARY).replace(folder / BINARY)


def _packed(npm: str, package: Package, coming: Path, patience: float) -> Path:
    command = [npm, "pack", package.spec, "--ignore-scripts", "--fetch-retries=1", "--loglevel=error"]
    try:
        # In the new folder, so that no project's settings of npm have a say.
        ran = subprocess.run(  # noqa: S603 npm as found on the PATH, with arguments of our own
            command, cwd=coming, capture_output=True, text=True, timeout=patience, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise NotFetchedError(package, f"it took longer than {patience:.0f} seconds.") from error
    except OSError as error:
        raise NpmMissingError from error
    archives = list(coming.glob("*.tgz"))
    if ran.returncode or len(archives) != 1:
        raise NotFetchedError(package, _reason(ran.stderr))
    return archives[0]


def _reason(said: str) -> str:
    """What npm's first lines of complaint say, without the decoration."""
    told = [line.removeprefix("npm error").strip() for line in said.splitlines() if line.startswith("npm error")]
    return ("; ".join(told[:2]) or "it said nothing about why").rstrip(".") + "."


def _check(archive: Path, package: Package) -> None:
    with archive.open("rb") as file:
        found = b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
    if found != package.sha512:
        raise IntegrityError(package, "its SHA-512 is not the one that Muster knows")


def _unpack(archive: Path, package: Package, target: Path) -> Path:
    """The one file that is needed, written by us: nothing in the archive names where it goes."""
    with tarfile.open(archive, "r:gz") as tar:
        member = next((one for one in tar if one.name == _INSIDE), None)
        if member is None or not member.isfile() or member.size > _LARGEST:
            raise IntegrityError(package, f"there is no program {_INSIDE} in it")
        content = tar.extractfile(member)
        assert content is not None  # noqa: S101 it is a regular file, as the lines above saw
        with content, target.open("wb") as file:
            shutil.copyfileobj(content, file, _CHUNK)
            file.flush()
            os.fsync(file.fileno())
    target.chmod(0o755)
    return target
