"""All rules, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.verification import (
    access_rules,
    document_rules,
    query_rules,
    type_rules,
    write_rules,
)
from mockserver.verification.clause import Clause

#: Those that make records come first, what is asked of them next.
RULES: Sequence[Clause] = (
    *document_rules.RULES,
    *access_rules.RULES,
    *query_rules.RULES,
    *write_rules.RULES,
    *type_rules.rules(),
)
