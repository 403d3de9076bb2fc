"""Rules as records hold them: refused where they are wrong, or too many (commerce.md §7.4)."""

from __future__ import annotations

from mockserver.schema.protocols import Change, Check


def sound_rules(root: str, limits: str) -> Check:
    """Return the check of new ``rules``.

    Args:
        root: what they are about, ``order`` or ``price``.
        limits: how the settings of the organization begin that say how many there may be.
    """

    def check(change: Change) -> None:
        rules = change.record.get("rules")
        is_new = rules != (change.before or {}).get("rules")
        if rules and is_new and not change.is_broken("rules"):
            _check(change, rules, root, limits)

    return check


def _check(change: Change, rules: object, root: str, limits: str) -> None:
    from mockserver.commerce.rules.checking import sizes, violations  # noqa: PLC0415 - seldom needed

    found = violations(rules, root)
    for pointer, reason in found:
        detail = " ".join(filter(None, (pointer, reason)))
        change.invalid("rules", "invalid", words={"detail": detail})
    if found or not isinstance(rules, dict):
        return
    kinds = ("rules", "conditions")
    for kind, size in zip(kinds, sizes(rules), strict=True):
        most = change.engine.setting(f"{limits}_max_{kind}_size")
        if size > most:
            change.invalid("rules", f"too_many_{kind}", count=most)
