"""The userinfo of URLs, in which credentials stand: ``https://user:password@host/`` (RFC 3986).

A leaf, since URLs are shown by the journal, with deliveries and in the log alike.
"""

from __future__ import annotations

import re

MASK = "***"

# A text that is a URL as a whole has its authority up to the first slash, whatever stands in it.
_WHOLE = re.compile(r"\A(\s*[a-z][a-z0-9+.-]*://)[^/?#]*@", re.IGNORECASE)
# One inside a text ends with a space as well, or with the quotes around it; its slashes may be
# escaped, as in JSON. No two matches begin before the same slash: hostile text costs nothing.
_WITHIN = re.compile(r"""(:(?:\\?/){2})(?:[^\s/?#"\\]|\\[^/])*@""")


def without_userinfo(text: str) -> str:
    """Return a text with the userinfo of every URL in it masked."""
    if "@" not in text:
        return text
    return _WITHIN.sub(rf"\1{MASK}@", _WHOLE.sub(rf"\1{MASK}@", text))
