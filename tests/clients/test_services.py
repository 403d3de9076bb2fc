"""The service in Express that docs/services.md shows."""

from __future__ import annotations

from pathlib import Path

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.clients.install import HERE, node, require
from tests.commerce.services.page import check_service, program
from tests.webhooks.receivers import free_port


def test_the_service_in_express(tmp_path: Path, home: Path) -> None:
    """An order is bought by its answers."""
    require()
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "service.mjs").write_text(program("service.mjs"))
    app = create_app(Settings(seeded=False, auth=False, data_directory=home))
    try:
        check_service(app, (node(), "service.mjs"), tmp_path, free_port())
    finally:
        app.close()
