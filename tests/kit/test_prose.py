"""Prose from `templates/`: strict about what it is given, and harmless whatever that is."""

from pathlib import Path

import pytest
from hypothesis import given
from jinja2 import TemplateNotFound, UndefinedError, meta
from jinja2.exceptions import SecurityError

from bot.features import __path__ as feature_folders
from bot.kit import prose
from bot.kit.prose import TEMPLATES, render
from tests.support.hostile import hostile_text

EVERY = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.txt"))
FEATURES = {path.name for folder in feature_folders for path in Path(folder).iterdir()}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Write":
    """A folder of templates of the test's own."""
    monkeypatch.setattr(prose, "TEMPLATES", tmp_path)
    monkeypatch.setattr(prose, "_environment", prose._environment.__wrapped__)  # not the one that is kept
    return Write(tmp_path)


class Write:
    """Writes a template and renders it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, template: str, **view: object) -> str:
        (self.folder / "a.txt").write_text(template, encoding="utf-8")
        return render("a.txt", **view)


def test_lines_of_logic_leave_no_empty_lines_and_the_edges_are_bare(write: Write) -> None:
    template = "{% if yes %}\n  {% for one in several %}\n{{ one }},\n  {% endfor %}\n{% endif %}\n\nend\n\n"

    assert write(template, yes=True, several=["a", "b"]) == "a,\nb,\n\nend"


def test_numbers_and_shares_are_written_as_people_read_them(write: Write) -> None:
    assert write("{{ 0.1037 | percent }} of {{ 12345 | number }}; {{ '<a & b>' | escape }}") == (
        "10.4 % of 12,345; &lt;a &amp; b&gt;"
    )


@pytest.mark.parametrize("template", ["{{ nobody }}", "{{ view.nobody }}", "{% if nobody %}x{% endif %}"])
def test_a_name_that_nobody_gave_is_an_error_and_no_gap(write: Write, template: str) -> None:
    with pytest.raises(UndefinedError):
        write(template, view=object())


@pytest.mark.parametrize(
    "template", ["{{ view.__class__.__mro__ }}", "{{ view.append(1) }}", "{{ render.__globals__ }}"]
)
def test_a_template_reads_what_it_is_given_and_neither_changes_it_nor_looks_behind_it(
    write: Write, template: str
) -> None:
    with pytest.raises(SecurityError):
        write(template, view=[], render=render)


@given(hostile_text)
def test_what_is_given_is_text_and_never_a_template(text: str) -> None:
    asked = f"{{{{ 7 * 7 }}}}{{% raise %}}{text}"

    shown = render("error_review/blind.txt", reason=asked)

    assert shown.startswith(
        f"I could not see the predictions of these seven days, so there is no list this week. {asked}"
    )


@pytest.mark.parametrize("name", ["error_review/nothing.txt", "../pyproject.toml", "/etc/hostname"])
def test_what_is_no_template_is_not_there(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        render(name)


def test_every_template_lies_in_the_folder_of_a_feature() -> None:
    assert EVERY
    assert {name.split("/")[0] for name in EVERY} <= FEATURES


@pytest.mark.parametrize("name", EVERY)
def test_a_template_is_used_by_its_feature_and_uses_only_filters_that_there_are(name: str) -> None:
    environment = prose._environment()
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in _code_of(name.split("/", maxsplit=1)[0]))

    assert environment.get_template(name).name == name
    assert f'"{name}"' in code
    for asked in meta.find_undeclared_variables(environment.parse(source)):
        assert f"{asked}=" in code


def _code_of(feature: str) -> list[Path]:
    """The code that may use a feature's templates: its own, and that of the kit."""
    kit = Path(prose.__file__).parent.glob("*.py")
    return [*kit, *(path for folder in feature_folders for path in (Path(folder) / feature).glob("*.py"))]
