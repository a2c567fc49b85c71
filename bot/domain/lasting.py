"""How long something lasted, as people say it: “14 min”, “2 h 10 min”, “3 days 4 h”."""

from datetime import timedelta

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lasting(span: timedelta) -> str:
    """*span* in its two largest units, rounded down; below a minute, and for what is negative, “under a minute”."""
    return " ".join(parts_of(span)) or "under a minute"


def parts_of(span: timedelta) -> list[str]:
    """The parts of `lasting` that hold a number, the largest first: “2 h”, “10 min”; none below a minute."""
    days, rest = divmod(max(span, timedelta()), _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    words = (f"{days} day{'' if days == 1 else 's'}" if days else "", f"{hours} h" if hours else "")
    told = (*words, f"{minutes} min" if minutes and not days else "")
    return [one for one in told if one]
