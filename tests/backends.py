"""The storage backends that what matters on each of them is tested on.

One more joins by its name here, and by where it keeps records (``place_of`` in ``conftest.py``).
"""

from __future__ import annotations

BACKENDS = ("memory", "tinydb", "sqlite", "postgresql")
