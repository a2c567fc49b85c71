"""Whether a list of worst ids is right, given a case of an answers file, which says what else ties allow."""

from collections.abc import Mapping, Sequence
from typing import Any

Case = Mapping[str, Any]


def fault(case: Case, ids: Sequence[str]) -> str | None:
    """What is wrong with *ids* as the answer to *case*; None when nothing is."""
    if len(set(ids)) != len(ids):
        return "an id comes twice"
    if len(ids) != case["n_returned"]:
        return f"{len(ids)} ids instead of {case['n_returned']}"
    if not case["tie_at_cutoff"]:
        return None if _in_order(case, ids) else f"{list(ids)} instead of {case['ids']}"
    missing = set(case["must_include"]) - set(ids)
    strangers = set(ids) - set(case["must_include"]) - set(case["tie_pool"])
    if missing or strangers:
        return f"missing {sorted(missing)}, not among the worst {sorted(strangers)}"
    return None if _known_in_order(case, ids) else "right ids in the wrong order"


def _in_order(case: Case, ids: Sequence[str]) -> bool:
    """The same ids; only rows with equal keys may have changed places."""
    keys = dict(zip(case["ids"], map(tuple, case["keys"]), strict=True))
    return set(ids) == set(keys) and [keys[known] for known in ids] == list(map(tuple, case["keys"]))


def _known_in_order(case: Case, ids: Sequence[str]) -> bool:
    keys = dict(zip(case["ids"], map(tuple, case["keys"]), strict=True))
    place = {key: at for at, key in enumerate(dict.fromkeys(map(tuple, case["keys"])))}
    places = [place[keys[known]] for known in ids if known in keys]
    return places == sorted(places)
