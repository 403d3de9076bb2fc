"""The service's public field metadata: names, kinds, flags, enums of every type; facts only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

METADATA = Path(__file__).parents[1] / "docs" / "contract" / "resources.facts.json"
#: By singular type. Without the file nothing that is held against it can pass.
PUBLISHED: Mapping[str, Mapping[str, Any]] = json.loads(METADATA.read_text())
