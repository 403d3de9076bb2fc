"""``docs/services.md`` is true."""

from __future__ import annotations

import sys
from pathlib import Path

from mockserver.app import create_app
from mockserver.commerce.services.includes import INCLUDES
from mockserver.resources.topics import is_includable
from mockserver.settings import Settings
from mockserver.webhooks.service_calls import TOLERATED
from mockserver.webhooks.transport import LIMIT
from tests.commerce.services.page import PAGE, check_service, program
from tests.webhooks.receivers import free_port


def test_the_service_in_flask(tmp_path: Path, data_directory: Path) -> None:
    """An order is bought by its answers; that of Express: see ``tests/clients``."""
    (tmp_path / "service.py").write_text(program("service.py"))
    port = free_port()
    flask = (sys.executable, "-m", "flask", "--app", "service", "run", "--port", str(port))
    app = create_app(Settings(seeded=False, auth=False, data_directory=data_directory))
    try:
        check_service(app, flask, tmp_path, port)
    finally:
        app.close()


def test_what_the_page_says() -> None:
    """Names and numbers are those of the code."""
    assert (LIMIT, TOLERATED) == (5.0, 30)
    assert "within five seconds" in PAGE
    assert "More than thirty failures in a row" in PAGE
    for name in INCLUDES:
        assert f"`external.{name}`" in PAGE


#: The records that are posted.
POSTED = {
    "prices": ("line_items",),
    "promotions": ("orders",),
    "taxes": ("orders",),
    "shipping_costs": ("shipments",),
    "payments": ("external_payments", "authorizations", "captures"),
    "order_validation": ("orders",),
}


def test_what_is_included_can_be() -> None:
    """Nothing of the table is left out in silence (commerce.md §17.1)."""
    assert INCLUDES.keys() == POSTED.keys()
    for name, types in POSTED.items():
        for type_ in types:
            assert [path for path in INCLUDES[name] if not is_includable(type_, path)] == []
