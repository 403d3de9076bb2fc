"""Adding to a line of the same item instead of making a second one (commerce.md §4)."""

from __future__ import annotations

from mockserver.schema.casting import CastError, cast
from mockserver.schema.protocols import Engine, Merged, Sent
from mockserver.storage.conditions import Compare, Condition, Null, both

#: The codes that name an item; each line of it has the same one.
CODES = ("sku_code", "bundle_code")


def line_to_add_to(engine: Engine, attributes: Sent, linkages: Sent) -> Merged | None:
    """Return the line item of the same item that a quantity is added to, and the new quantity.

    With ``_update_quantity`` only. What cannot be added is left to the rules of a new line item.
    """
    try:
        is_asked = cast("boolean", attributes.get("_update_quantity"))
        quantity = cast("integer", attributes.get("quantity"))
        frequency = cast("string", attributes.get("frequency"))
        same = _same_item(attributes, linkages)
    except CastError:
        return None
    order = linkages.get("order")
    if not is_asked or not order or same is None or (quantity or 0) < 1:
        return None
    often = Compare("frequency", "eq", frequency) if frequency else Null("frequency")
    found = engine.find("line_items", both(Compare("order", "eq", order[1]), same, often))
    if not found:
        return None
    # Told on, so that the stock is asked as for a line that is new (catalogue.md §15.2).
    return found[0]["id"], {"quantity": found[0]["quantity"] + quantity, "_update_quantity": True}


def _same_item(attributes: Sent, linkages: Sent) -> Condition | None:
    """Return the condition of lines of the item; a linkage wins over a code (catalogue.md §1.3)."""
    item = linkages.get("item")
    if item:
        return both(Compare("item_type", "eq", item[0]), Compare("item", "eq", item[1]))
    for name in CODES:
        if code := cast("string", attributes.get(name)):
            return Compare(name, "eq", code)
    return None
