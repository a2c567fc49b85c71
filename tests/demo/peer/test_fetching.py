import hashlib
import io
import tarfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.demo.peer import fetching, packages
from bot.demo.peer.packages import Package

Npm = Callable[[str], str]

PROGRAM = b"#!/bin/sh\necho hello\n"


@pytest.fixture
def npm(tmp_path: Path) -> Npm:
    """Makes a stand-in for npm that does what its one line of shell says, in the folder it is run in."""

    def made(line: str) -> str:
        path = tmp_path / "npm"
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)
        return str(path)

    return made


def an_archive(path: Path, *members: tarfile.TarInfo) -> Package:
    """A package's archive at *path*, and the package that it is."""
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(PROGRAM))
    return Package(name="local-slack-here", sha512=b64encode(hashlib.sha512(path.read_bytes()).digest()).decode())


def a_program(name: str = "package/bin/local-slack") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = len(PROGRAM)
    return member


def test_what_npm_brought_is_unpacked_and_kept(npm: Npm, tmp_path: Path) -> None:
    package = an_archive(tmp_path / "there.tgz", a_program("package/package.json"), a_program())
    brings = npm(f'echo "$@" > {tmp_path}/asked; cp {tmp_path}/there.tgz .')
    folder = tmp_path / "cache"

    binary = fetching.fetch(folder, package, npm=brings)

    assert binary.read_bytes() == PROGRAM
    assert binary.stat().st_mode & 0o777 == 0o755
    assert [path.name for path in folder.iterdir()] == ["local-slack"]
    assert (tmp_path / "asked").read_text().startswith("pack local-slack-here@0.1.8 --ignore-scripts")
    assert fetching.fetch(folder, package, npm=npm("exit 1")) == binary == fetching.fetched(folder)


def test_another_content_than_the_known_one_is_refused_and_leaves_nothing(npm: Npm, tmp_path: Path) -> None:
    an_archive(tmp_path / "there.tgz", a_program())
    other = Package(name="local-slack-here", sha512="AAAA")
    folder = tmp_path / "cache"

    with pytest.raises(fetching.IntegrityError) as refused:
        fetching.fetch(folder, other, npm=npm(f"cp {tmp_path}/there.tgz ."))

    assert str(refused.value) == (
        "local-slack-here@0.1.8 came, but its SHA-512 is not the one that Muster knows. It was thrown away and not run."
    )
    assert fetching.fetched(folder) is None
    assert list(folder.iterdir()) == []


def a_link() -> tarfile.TarInfo:
    member = tarfile.TarInfo("package/bin/local-slack")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member


@pytest.mark.parametrize("member", [a_link(), a_program("../bin/local-slack"), a_program("/bin/local-slack")])
def test_an_archive_without_the_program_where_it_belongs_is_refused(
    npm: Npm, tmp_path: Path, member: tarfile.TarInfo
) -> None:
    package = an_archive(tmp_path / "there.tgz", member)

    with pytest.raises(fetching.IntegrityError, match="no program package/bin/local-slack"):
        fetching.fetch(tmp_path / "cache", package, npm=npm(f"cp {tmp_path}/there.tgz ."))

    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "printf 'npm error code ENOTFOUND\\nnpm error getaddrinfo of the registry\\nnpm error more\\n' >&2; exit 1",
            "code ENOTFOUND; getaddrinfo of the registry.",
        ),
        ("exit 0", "it said nothing about why."),
        ("touch half.tgz; echo npm error disk full >&2; exit 1", "disk full."),
        ("exec sleep 60", "it took longer than 1 seconds."),
    ],
    ids=["no network", "nothing came", "half came", "too slow"],
)
def test_it_is_said_why_npm_brought_nothing(npm: Npm, tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(fetching.NotFetchedError) as said:
        fetching.fetch(tmp_path / "cache", Package(name="local-slack-here", sha512=""), npm=npm(line), patience=1)

    assert str(said.value) == (
        f"npm could not fetch local-slack-here@0.1.8: {why} Is the network there? Nothing was changed."
    )
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_npm_it_is_said_that_npm_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(fetching.NpmMissingError, match="npm is needed to fetch local-slack"):
        fetching.fetch(tmp_path / "cache", Package(name="local-slack-here", sha512=""))


def test_a_kind_of_machine_without_a_package_is_told_which_have_one() -> None:
    with pytest.raises(packages.NoPackageError) as said:
        packages.for_machine("Darwin", "arm64")

    assert str(said.value) == (
        "local-slack 0.1.8 is there for Linux x86_64 only, and this is Darwin arm64. `muster demo` runs everywhere."
    )


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"MUSTER_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/c/local-slack-0.1.8"),
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/muster/local-slack-0.1.8"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/muster/local-slack-0.1.8"),
    ],
)
def test_the_cache_is_where_the_environment_wants_it(environment: dict[str, str], folder: str) -> None:
    assert fetching.cache_folder(environment) == Path(folder)
