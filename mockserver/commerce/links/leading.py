"""Where a link leads to: the app that shows its item (commerce.md §21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

#: The app that shows an item, and the path of the item in it, by its type.
APPS: Mapping[str, tuple[str, str]] = {
    "orders": ("checkout", ""),
    "skus": ("microstore", "/sku"),
    "sku_lists": ("microstore", "/list"),
}


def destination_of(engine: Engine, link: Record, address: str, token: str) -> str:
    """Return the URL that whoever follows a link comes to.

    Args:
        engine: the records around.
        link: one that is active.
        address: where the organization is found, whose apps are below it unless it says otherwise.
        token: goes with it, and so do the link's parameters.
    """
    app, path = APPS[link["item_type"]]
    base = _checkout_of_market(engine, link) or _of_organization(engine, app)
    query = urlencode({**_texts(link["params"]), "accessToken": token})
    return f"{base or f'{address}/{app}'}{path}/{link['item']}?{query}"


def _checkout_of_market(engine: Engine, link: Record) -> str | None:
    """Return where the market of an order has its orders checked out."""
    if link["item_type"] != "orders":
        return None
    order = engine.get("orders", link["item"]) or {}
    market = engine.get("markets", order.get("market")) or {}
    return _base(market.get("checkout_url"))


def _of_organization(engine: Engine, app: str) -> str | None:
    """Return where the organization's own configuration says that an app is."""
    said: Any = engine.setting("config")
    for name in ("mfe", "default", "links", app):
        said = said.get(name) if isinstance(said, dict) else None
    return _base(said)


def _base(url: Any) -> str | None:
    return url.rstrip("/") if isinstance(url, str) and url else None


def _texts(params: Any) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in (params or {}).items()}
