"""The services that docs/services.md shows, as programs that run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mockserver.app import MockServerApp
from tests.cli.processes import until
from tests.client import Api, Document, document, path_of, to
from tests.commerce.story_shop import StoryShop
from tests.scene import address
from tests.till import EXTERNAL, source
from tests.webhooks.receivers import FENCE, is_listening

PAGE = (Path(__file__).parents[3] / "docs" / "services.md").read_text()
PROGRAMS = ("service.py", "service.mjs")


def program(name: str) -> str:
    """Return the program of the page that says that this is its file."""
    (found,) = (text for _, text in FENCE.findall(PAGE) if re.match(rf"(#|//) {name}\b", text))
    return str(found)


class ServedShop(StoryShop):
    """A shop that asks one service for everything."""

    def __init__(self, api: Api, url: str) -> None:
        """Open it; nobody has to listen yet."""
        super().__init__(api, included=False)
        self.stocked(CAP=1000, HAT=1000)
        self.calculator = api.create(
            "external_tax_calculators", name="Own", tax_calculator_url=f"{url}/taxes"
        )
        self.market = api.update(
            self.market,
            links={"tax_calculator": to(self.calculator)},
            external_prices_url=f"{url}/prices",
            external_order_validation_url=f"{url}/validation",
        )
        self.promotion = self.promote("external_promotions", promotion_url=f"{url}/promotions")
        self.shipping = self.method(
            "OWN", 700, scheme="external", external_prices_url=f"{url}/shipping"
        )
        steps = ("authorize", "capture", "void", "refund")
        urls = {f"{step}_url": f"{url}/{step}" for step in steps}
        self.gateway = api.create("external_gateways", name="Own", **urls)

    @property
    def secrets(self) -> str:
        """The secrets that the service is called with."""
        known = (self.market, self.calculator, self.promotion, self.shipping, self.gateway)
        return ",".join(self.shown(each)["shared_secret"] for each in known)

    def price(self, order: Document, code: str) -> int:
        """Put two of something into a cart whose price the service gives; return the status."""
        sent = {"sku_code": code, "quantity": 2, "_external_price": True}
        body = document("line_items", links={"order": to(order)}, **sent)
        return int(self.api.post("/api/line_items", body).status_code)

    def bought(self) -> Document:
        """Fill a cart, place and approve it, and take the money."""
        order = self.order(links={"billing_address": to(address(self.api))})
        assert [self.price(order, code) for code in ("CAP", "HAT")] == [201, 422]
        self.ship_by(order, "OWN")
        links = {"payment_gateway": to(self.gateway), "market": to(self.market)}
        method = self.api.create(
            "payment_methods", links=links, payment_source_type=EXTERNAL, price_amount_cents=0
        )
        self.api.update(order, links={"payment_method": to(method)})
        source(self.api, order, EXTERNAL)
        for step in ("_validate", "_place", "_approve", "_capture"):
            self.api.update(order, **{step: True})
        return order


def check_service(app: MockServerApp, command: Sequence[str], place: Path, port: int) -> None:
    """Run a service: an order is bought with nothing but its answers, which have to be asked well.

    Args:
        app: that asks it; without authentication.
        command: starts it.
        place: where it runs.
        port: where it listens.
    """
    shop = ServedShop(Api(app), f"http://127.0.0.1:{port}")
    told = {**os.environ, "SHARED_SECRETS": shop.secrets, "PORT": str(port)}
    with subprocess.Popen(command, cwd=place, env=told) as service:  # noqa: S603 - of our own page
        try:
            until(lambda: service.poll() is not None or is_listening(port))
            order = shop.bought()
            shop.api.update(shop.calculator, _regenerate_shared_secret=True)
            shop.api.update(order, _refund=True)
            unknown = shop.order(CAP=1)
        finally:
            service.kill()

    amounts = ("subtotal", "discount", "shipping", "total_tax", "due")
    assert shop.cents(order, *amounts) == (1800, -180, 500, 466, 2586)
    statuses = [shop.shown(order)[name] for name in ("status", "payment_status")]
    assert statuses == ["cancelled", "refunded"]
    calls = app.plane.deliveries.list({"topic": "external.taxes"})["deliveries"]
    assert calls[-1]["attempts"][0]["response_code"] == "401"
    assert shop.cents(unknown, "total_tax") == (0,)
    paid = shop.api.get(f"{path_of(order)}/transactions").json["data"]
    assert {each["attributes"]["amount_cents"] for each in paid} == {2586}
