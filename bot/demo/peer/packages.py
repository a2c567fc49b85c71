"""Which packages hold the local Slack, one for each kind of machine, and what each must weigh in at."""

import platform
from dataclasses import dataclass

from bot.errors import UserError

VERSION = "0.1.8"


@dataclass(frozen=True, kw_only=True)
class Package:
    """A package of npm, and the SHA-512 of its archive in base64: what npm calls its integrity."""

    name: str
    sha512: str

    @property
    def spec(self) -> str:
        """The package and its one version, as npm wants to hear it."""
        return f"{self.name}@{VERSION}"


# By `platform.system()` and `platform.machine()`. Version 0.1.8 is out for this kind of machine only.
PACKAGES = {
    ("Linux", "x86_64"): Package(
        name="local-slack-linux-x64",
        sha512="2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg==",
    ),
}


class NoPackageError(UserError):
    """There is no local Slack for this kind of machine."""

    def __init__(self, system: str, machine: str) -> None:
        known = ", ".join(" ".join(kind) for kind in PACKAGES)
        super().__init__(
            f"local-slack {VERSION} is there for {known} only, and this is {system} {machine}."
            " `muster demo` runs everywhere."
        )


def for_machine(system: str | None = None, machine: str | None = None) -> Package:
    """The package for a kind of machine; this one, if none is named. Raises `NoPackageError`."""
    kind = (system or platform.system(), machine or platform.machine())
    if kind not in PACKAGES:
        raise NoPackageError(*kind)
    return PACKAGES[kind]
