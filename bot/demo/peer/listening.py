"""On which addresses a process of this machine listens, as Linux tells it."""

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

_LISTEN = "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")


def addresses(pid: int) -> set[IPv4Address | IPv6Address]:
    """The addresses on which TCP connections to the process *pid* are taken; empty when it is gone."""
    process = Path("/proc") / str(pid)
    own = _sockets(process)
    return {
        _address(where) for name in ("tcp", "tcp6") for inode, where in _open(process / "net" / name) if inode in own
    }


def _sockets(process: Path) -> set[str]:
    found = set()
    with suppress(FileNotFoundError):
        for descriptor in (process / "fd").iterdir():
            with suppress(FileNotFoundError):  # it may have been closed meanwhile
                if match := _SOCKET.fullmatch(str(descriptor.readlink())):
                    found.add(match[1])
    return found


def _open(table: Path) -> list[tuple[str, str]]:
    """The inode and the local address, in hexadecimal, of each socket that listens."""
    try:
        rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [(row[9], row[1].partition(":")[0]) for row in rows if row[3] == _LISTEN]


def _address(digits: str) -> IPv4Address | IPv6Address:
    """Linux writes an address as words of four bytes, each in the order of the machine: least byte first."""
    words = [bytes.fromhex(digits[at : at + 8])[::-1] for at in range(0, len(digits), 8)]
    whole = b"".join(words)
    return IPv4Address(whole) if len(words) == 1 else IPv6Address(whole)
