"""The ownership matrix of a product as a whole: where nobody answers, and who of it is a person to turn to."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.holders import is_group
from bot.domain.ownership import Ownership
from bot.domain.responsibilities import NINE_AREAS, Responsibility, asked_of, names_of
from bot.domain.words import folded, nearest

Known = Mapping[str, Ownership]
"""What a product's people were named for, by responsibility; what nobody was ever named for is not in it."""


def gaps(known: Known, *, areas: bool) -> tuple[Responsibility, ...]:
    """What nobody answers for, of the five questions and, with *areas*, of the nine areas."""
    return tuple(one for one in asked_of(areas=areas) if one.key not in known or known[one.key].is_gap)


def stood_in(known: Known, *, areas: bool) -> tuple[Responsibility, ...]:
    """What a backup answers for because every owner is gone."""
    return tuple(one for one in asked_of(areas=areas) if one.key in known and known[one.key].stands_in)


def first_people(known: Known) -> dict[str, str]:
    """The first person who answers for each responsibility now; user groups are nobody to name alone."""
    people = {key: next((one for one in row.acting if not is_group(one)), None) for key, row in known.items()}
    return {key: person for key, person in people.items() if person is not None}


def area_meant(words: Sequence[str]) -> tuple[str, int] | None:
    """The title of the area that the first *words* name without saying whose part of it, and how many words that
    took; None where they name none.
    """
    known = {folded(title.replace(" ", "-")): title for title in NINE_AREAS}
    for taken in range(min(len(words), 4), 0, -1):
        found = known.get(folded("-".join(words[:taken]).replace(":", "")))
        if found is not None:
            return found, taken
    return None


def likely(words: Sequence[str], among: Iterable[Responsibility]) -> Responsibility | None:
    """The one of *among* that *words*, which name none, most likely mean; None where none is near."""
    known = {name: one for one in among for name in names_of(one)}
    for taken in range(min(len(words), 4), 0, -1):
        near = nearest("-".join(words[:taken]), known)
        if near is not None:
            return known[near]
    return None
