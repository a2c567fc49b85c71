"""What two independent libraries build, the sandbox takes: its rules are no stricter than Slack's."""

from typing import Any

import blockkit as bk
import pytest
import slackblocks as sb
from blockkit import core

from bot.sandbox.blocks import problems

LONG = "x" * 150

BY_BLOCKKIT: dict[str, list[Any]] = {
    "header": [bk.Header("x" * 150)],
    "section": [bk.Section("x" * 3000), bk.Section().fields(*(bk.Text("x" * 2000) for _ in range(10)))],
    "verbatim": [bk.Section(bk.Text("*x*").type(bk.Text.MD).verbatim(True)), bk.Header(bk.Text("x").emoji(False))],
    "context": [bk.Context([bk.Text("x"), bk.ImageEl(image_url="https://example.com/a.png", alt_text="a")])],
    "divider": [bk.Divider(), bk.Divider("d" * 255)],
    "markdown": [bk.Markdown("x" * 12_000)],
    "image": [bk.Image(image_url="https://example.com/a.png", alt_text="a", title="t")],
    "actions": [
        bk.Actions(
            [
                bk.Button(LONG[:75], action_id="a", value="v" * 2000, url="https://example.com/" + "x" * 2900),
                bk.Button("sure", action_id="b", style="danger", confirm=bk.Confirm("t", "x", "y", "n")),
                bk.StaticSelect(options=[bk.Option(LONG[:75], str(n)) for n in range(100)], placeholder=LONG),
                bk.StaticSelect(option_groups=[bk.OptionGroup(options=[bk.Option("a", "a")], label="g")]),
                bk.MultiStaticSelect(options=[bk.Option("a", "v" * 150)], max_selected_items=3),
                bk.UsersSelect(initial_user="U1"),
                bk.ConversationsSelect(filter=bk.ConversationFilter(include=["im"])),
                bk.ChannelsSelect(),
                bk.ExternalSelect(min_query_length=1),
                bk.Checkboxes(options=[bk.Option("a", str(n), description="d") for n in range(10)]),
                bk.RadioButtons(options=[bk.Option("a", "a")]),
                bk.Overflow(options=[bk.Option("a", "a", url="https://example.com")] * 5),
                bk.DatePicker(initial_date="2026-11-16"),
                bk.TimePicker(initial_time="09:00"),
            ]
        )
    ],
    "accessory": [bk.Section("x").accessory(bk.Button("press", action_id="a"))],
    "input": [
        bk.Input("when", bk.DatetimePicker(initial_date_time=1794816000)),
        bk.Input("how many", bk.NumberInput(is_decimal_allowed=False)),
        bk.Input("who", bk.EmailInput()),
        bk.Input("label", bk.PlainTextInput(multiline=True, max_length=3000), hint="h", optional=True),
    ],
    "rich_text": [
        bk.RichText(
            [
                bk.RichTextSection(
                    [
                        bk.RichTextEl("bold", bk.RichStyle(bold=True)),
                        bk.RichLinkEl("https://example.com", text="there"),
                        bk.RichUserEl("U1"),
                        bk.RichUserGroupEl("S1"),
                        bk.RichChannelEl("C1"),
                        bk.RichBroadcastEl("here"),
                        bk.RichEmojiEl("wave"),
                        bk.RichDateEl(1794816000, "{date_num}", fallback="then"),
                        bk.RichColorEl("#ff0000"),
                    ]
                ),
                bk.RichTextList("bullet", [bk.RichTextSection([bk.RichTextEl("one")])], indent=8, border=1),
                bk.RichTextPreformatted([bk.RichTextEl("code")]),
                bk.RichTextQuote([bk.RichTextEl("quote")]),
            ]
        )
    ],
    "table": [
        core.Table(
            [[core.RawText("x") for _ in range(20)] for _ in range(100)],
            column_settings=[core.ColumnSettings(align="right", is_wrapped=True)],
        )
    ],
    "video": [
        bk.Video(
            title="t",
            alt_text="a",
            video_url="https://example.com/v",
            thumbnail_url="https://example.com/t.png",
        )
    ],
}


def _rich(text: str) -> Any:
    return sb.RichTextBlock(sb.RichTextSection([sb.RichText(text)]))


def _task(task_id: str, status: Any) -> Any:
    return sb.TaskCardBlock(
        task_id, "title", details=_rich("d"), sources=[sb.URLSource("https://example.com", "s")], status=status
    )


def _line(kind: Any) -> Any:
    points = [sb.DataPoint(f"week {n}", float(n)) for n in range(12)]
    axes = sb.AxisConfig(categories=[f"week {n}" for n in range(12)], x_label="x" * 50, y_label="y" * 50)
    return kind([sb.DataSeries(f"series {n}", points) for n in range(12)], axes)


_PICTURE = sb.Image(image_url="https://example.com/a.png", alt_text="a")
_CARD = sb.CardBlock(hero_image=_PICTURE, title="t" * 150, body="b" * 200, actions=[sb.Button("a", "a")] * 3)

BY_SLACKBLOCKS: dict[str, list[Any]] = {
    "header": [sb.HeaderBlock("x" * 150)],
    "section": [sb.SectionBlock("x" * 3000), sb.SectionBlock(fields=["x" * 2000] * 10)],
    "context": [sb.ContextBlock([sb.Text("x"), _PICTURE])],
    "actions": [sb.ActionsBlock([sb.Button("x", f"a{n}") for n in range(25)])],
    "context_actions": [
        sb.ContextActionsBlock(
            [sb.FeedbackButtons(sb.FeedbackButton("good", "1"), sb.FeedbackButton("bad", "0"), action_id="f")]
        ),
        sb.ContextActionsBlock([sb.IconButton("away", action_id="i")]),
    ],
    "card": [_CARD],
    "carousel": [sb.CarouselBlock([_CARD] * 10)],
    "container": [
        sb.ContainerBlock(
            [sb.SectionBlock("x"), sb.DividerBlock()], title="t", is_collapsible=True, default_collapsed=True
        )
    ],
    "data_table": [
        sb.DataTableBlock(
            [[sb.RawText("a"), sb.RawText("b")], *[[sb.RawNumber(1.5, "1.5"), _rich("x")]] * 100],
            "caption",
            page_size=100,
        )
    ],
    "table": [sb.TableBlock([[sb.RawText("a"), sb.RawText("b")]], column_settings=[sb.ColumnSettings("right", True)])],
    "pie": [sb.DataVisualizationBlock("t" * 50, sb.PieChart([sb.ChartSegment("x" * 20, 0.1)] * 12))],
    "lines": [sb.DataVisualizationBlock("t", _line(sb.LineChart)), sb.DataVisualizationBlock("t", _line(sb.AreaChart))],
    "bars": [sb.DataVisualizationBlock("t", _line(sb.BarChart))],
    "task": [_task("1", "complete")],
    "plan": [sb.PlanBlock("plan", [_task(str(n), "pending") for n in range(50)])],
    "rich_text": [_rich("x")],
    "markdown": [sb.MarkdownBlock("x" * 12_000)],
}


@pytest.mark.parametrize("name", BY_BLOCKKIT)
def test_what_blockkit_builds_is_taken(name: str) -> None:
    assert problems([one.build() for one in BY_BLOCKKIT[name]]) == []


@pytest.mark.parametrize("name", BY_SLACKBLOCKS)
def test_what_slackblocks_builds_is_taken(name: str) -> None:
    assert problems([one._resolve() for one in BY_SLACKBLOCKS[name]]) == []


def test_fifty_blocks_are_taken() -> None:
    divider: Any = bk.Divider()

    assert problems([divider.build()] * 50) == []
