"""The two fonts that charts are written in, which come with matplotlib: how wide words are, and what can be written."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags

from bot.domain.text import bounded, one_line

MISSING = "\N{WHITE SQUARE}"
"""What stands for a character that the fonts do not have, for example an emoji."""

LONGEST = 400
_UNITS = 1000
"""The size at which characters are measured: widths are then thousandths of the font's size."""


@dataclass(frozen=True, eq=False)
class Font:
    """One font: *width* and *fit* are in points where *size* is."""

    path: Path
    face: FT2Font
    known: frozenset[int]

    def sized(self, size: float) -> FontProperties:
        """How text of this font is asked for."""
        return FontProperties(fname=str(self.path), size=size)

    def legible(self, text: str) -> str:
        """*text* on one line, in characters that the font has."""
        shown = one_line(bounded(text, LONGEST))
        return "".join(char if ord(char) in self.known else MISSING for char in shown if char not in _UNSEEN)

    def width(self, text: str, size: float) -> float:
        """How wide *text* is."""
        return sum(_advance(self, char) for char in text) * size / _UNITS

    def fit(self, text: str, size: float, room: float) -> str:
        """*text*, cut with “…” where it is wider than *room*."""
        if self.width(text, size) <= room:
            return text
        kept = len(text)
        while kept > 1 and self.width(text[:kept] + "…", size) > room:
            kept -= 1
        return text[:kept].rstrip() + "…"

    def lines(self, text: str, size: float, room: float, most: int) -> list[str]:
        """*text* in at most *most* lines no wider than *room*, the last one cut where it does not fit."""
        words, found = text.split(), [""]
        for word in words:
            longer = f"{found[-1]} {word}".strip()
            if self.width(longer, size) <= room or len(found) == most or not found[-1]:
                found[-1] = longer
            else:
                found.append(word)
        return [self.fit(line, size, room) for line in found]


@cache
def regular() -> Font:
    """For everything but titles."""
    return _font("DejaVuSans.ttf")


@cache
def bold() -> Font:
    """For titles and values."""
    return _font("DejaVuSans-Bold.ttf")


_UNSEEN = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""They join what stands around them, or say how it is to look; alone they are nothing to see."""


def _font(name: str) -> Font:
    path = Path(get_data_path()) / "fonts" / "ttf" / name
    face = FT2Font(str(path))
    face.set_size(_UNITS, 72)
    return Font(path=path, face=face, known=frozenset(face.get_charmap()))


@cache
def _advance(font: Font, char: str) -> float:
    glyph = font.face.load_char(ord(char), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536
