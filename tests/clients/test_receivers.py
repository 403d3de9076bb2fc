"""The receiver of webhooks in Express that docs/webhooks.md shows."""

from __future__ import annotations

from pathlib import Path

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.clients.install import HERE, node, require
from tests.webhooks.receivers import check_receiver, free_port, program


def test_the_receiver_in_express(tmp_path: Path, home: Path) -> None:
    """It takes what is signed, and nothing else."""
    require()
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "receiver.mjs").write_text(program("receiver.mjs"))
    app = create_app(Settings(seeded=False, auth=False, data_directory=home))
    try:
        check_receiver(app, (node(), "receiver.mjs"), tmp_path, free_port())
    finally:
        app.close()
