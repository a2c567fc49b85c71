"""Showing posts in the terminal before anybody gets them."""

from collections.abc import Sequence

from bot.domain.product import Product
from bot.kit.post import Post


def show_posts(posts: Sequence[Post], product: Product) -> None:
    """Print *posts* as Slack would show them, threads below their message."""
    from rich.console import Console

    from bot.demo.terminal import show

    stamps = {post.key: f"{number}.000000" for number, post in enumerate(posts, start=1)}
    messages = [
        {
            "channel": post.to,
            "ts": stamps[post.key],
            "thread_ts": stamps.get(post.thread_of or ""),
            "text": post.text,
            "blocks": list(post.blocks),
        }
        for post in posts
    ]
    show(messages, Console(), zone=product.timezone)
