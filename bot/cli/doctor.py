"""`muster doctor`: what is wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli import options

if TYPE_CHECKING:
    from bot.wiring.findings import Finding


def doctor(json: options.Json = False) -> None:
    """Look at everything Muster needs, and say what is wrong and what to do."""
    import asyncio
    import logging
    from dataclasses import asdict

    from bot import log
    from bot.cli.output import print_json
    from bot.wiring.findings import State

    log.set_up(level=logging.CRITICAL)
    findings = asyncio.run(_found(aloud=not json))
    wrong = sum(one.state is State.WRONG for one in findings)
    if json:
        print_json({"ok": not wrong, "findings": [asdict(one) for one in findings]})
    else:
        typer.echo(f"{wrong} to mend." if wrong else "All is well.")
    raise typer.Exit(1 if wrong else 0)


async def _found(*, aloud: bool) -> list[Finding]:
    """Everything the doctor finds; *aloud*, each is printed as soon as it is found."""
    from bot.wiring.doctor import examine

    found = []
    async for one in examine():
        found.append(one)
        if aloud:
            _say(one)
    return found


def _say(one: Finding) -> None:
    typer.echo(f"{_MARKS[one.state]}  {one.check}: {one.what}")
    if one.do:
        typer.echo(f"       {one.do}")


_MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}
