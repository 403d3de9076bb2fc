"""Every block of README and docs is run by somebody: what nobody runs is not true for long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import pytest

from tests import test_pages, test_readme
from tests.cli import test_dump, test_languages
from tests.clients import test_recipes, test_typescript
from tests.commerce.services import page
from tests.control import test_documentation as test_rules
from tests.documentation import (
    test_browsers,
    test_ci,
    test_commands,
    test_extending,
    test_fragments,
)
from tests.documentation.blocks import BLOCKS, Fenced
from tests.engine import test_documentation as test_imports
from tests.stories import test_build_script, test_demo, test_front_end
from tests.testing import test_documentation as test_testing
from tests.verification import test_documentation as test_verification
from tests.webhooks import receivers

#: By page, the texts that its runner goes through: each is what the runner itself takes.
RUN: Mapping[str, Callable[[], Iterable[str]]] = {
    "README.md": lambda: [block.text for block in test_readme.BLOCKS.values()],
    "docs/browsers.md": test_browsers.PROGRAMS.values,
    "docs/clients.md": lambda: [
        block.text for block in (*test_recipes.BLOCKS.values(), test_recipes.PYTHON_CLIENT)
    ],
    "docs/control-plane.md": lambda: [t for _, t in test_pages.BLOCK.findall(test_pages.CONTROL)],
    "docs/data.md": lambda: [text for _, text in test_pages.BLOCK.findall(test_pages.DATA)],
    "docs/extending.md": lambda: [block.text for block in test_extending.PROGRAMS],
    "docs/faults.md": lambda: [text for _, text in test_rules.BLOCK.findall(test_rules.FAULTS)],
    "docs/journal.md": lambda: [text for _, text in test_rules.BLOCK.findall(test_rules.JOURNAL)],
    "docs/imports.md": lambda: [text for _, text in test_imports.BLOCK.findall(test_imports.PAGE)],
    "docs/openapi.md": lambda: [test_typescript.COMMAND.text],
    "docs/services.md": lambda: map(page.program, page.PROGRAMS),
    "docs/storage.md": lambda: map(test_dump.block, ("text", "python", "json")),
    "docs/testing.md": lambda: [*test_testing.files().values(), *test_testing.blocks("text")],
    "docs/verify.md": lambda: [test_verification.COMMAND.text],
    "docs/webhooks.md": lambda: [
        # The two that have no name, each the only one of its language.
        *(t for k, t in receivers.FENCE.findall(receivers.PAGE) if t.startswith("import ")),
        *map(receivers.program, ("receiver.mjs", "receiver.py", "test_webhooks.py")),
    ],
}
#: Those that say it by block.
TAKING = (test_fragments, test_ci, test_front_end, test_build_script, test_demo)


def is_run(block: Fenced) -> bool:
    """Say whether one of the runners takes a block."""
    if block.page in test_commands.FOLLOWED and block in test_commands.commands(block.page):
        return True
    if block.page == "docs/other-languages.md" and block.file in test_languages.PROGRAMS:
        return True
    if any(block in each.TAKEN for each in TAKING):
        return True
    return block.text in RUN.get(block.page, list)()


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_is_run(block: Fenced) -> None:
    """By language and page; a new kind needs a runner first."""
    assert is_run(block), f"{block} is run by no test"


def test_a_program_that_is_not_run_is_one_that_the_pages_call() -> None:
    """What stands in for a program is needed, and says why."""
    said = "\n".join(block.text for block in BLOCKS if block.language == "sh")
    names = {name.removeprefix("../../"): why for name, why in test_commands.ABSENT.items()}

    assert [n for n, why in names.items() if not (why and re.search(rf"\b{n}\b", said))] == []
