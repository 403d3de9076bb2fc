"""``mockserver docs``: the documentation of the very version that is installed."""

from __future__ import annotations

import click

from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Stop
from mockserver.cli.table import table


@section(Section.TRY)
@click.command()
@click.argument("page", metavar="[PAGE]", required=False)
def docs(page: str | None) -> None:
    """Print a page of the documentation, or which there are.

    The pages are Markdown: mockserver docs webhooks | less
    """
    from mockserver import manual  # noqa: PLC0415 - only when asked for

    if page is None:
        lines = "\n".join(table(("Page", "About"), list(manual.contents().items())))
        click.echo(lines)
        return
    text = manual.page(page)
    if text is None:
        raise Stop(_unknown(page, list(manual.contents())))
    click.echo(text, nl=False)


def _unknown(page: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only then

    near = get_close_matches(page, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else "mockserver docs lists them"
    return f"there is no page {page!r}; {hint}"
