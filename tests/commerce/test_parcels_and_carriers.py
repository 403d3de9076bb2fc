"""Parcels, rates, labels and pickups (catalogue.md §24, §25)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import Clock, timestamp
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import alter, events

NOT_NOW = ("is invalid", "/data/attributes/_get_rates")


class Desk:
    """Where a shipment of two shirts is packed."""

    def __init__(self, api: Api, sandbox: Sandbox) -> None:
        """Have one on the desk, that is being packed, of an order that is being fulfilled."""
        self.api = api
        self.shop = ShippingShop(api)
        self.shop.stock("mil", TSHIRT=10)
        self.order = self.shop.order(TSHIRT=2)
        (self.shipment,) = self.shop.shipments(self.order)
        alter(sandbox, self.order, status="approved", fulfillment_status="in_progress")
        alter(sandbox, self.shipment, status="packing")
        self.package = self.box("Box").json["data"]

    def box(self, name: str, **sizes: Any) -> Any:
        """Make a package; return the answer."""
        links = {"stock_location": to(self.shop.locations["mil"])}
        words = {"length": 1.5, "width": 2, "height": 3, "unit_of_length": "cm", **sizes}
        return self.api.post("/api/packages", document("packages", links=links, name=name, **words))

    def parcel(self, **attributes: Any) -> Any:
        """Pack a parcel; return the answer."""
        links = {"shipment": to(self.shipment), "package": to(self.package)}
        words = {"weight": 600.0, "unit_of_weight": "gr", **attributes}
        return self.api.post("/api/parcels", document("parcels", links=links, **words))

    def account(self, **attributes: Any) -> Document:
        """Open an account at a carrier."""
        words = {"name": "DHL", "easypost_type": "DhlExpressAccount", "credentials": {"key": "k"}}
        return self.api.create("carrier_accounts", **{**words, **attributes})

    def rated(self) -> Document:
        """Return the shipment with rates."""
        return self.api.update(self.shipment, _get_rates=True)["attributes"]


@pytest.fixture
def desk(api: Api, sandbox: Sandbox) -> Desk:
    """Return a desk."""
    return Desk(api, sandbox)


def errors(answer: Any) -> list[tuple[str, str]]:
    """Return what is refused, and why."""
    assert answer.status_code == 422, answer.text
    found = answer.json["errors"]
    return [(error["source"]["pointer"], error["meta"]["error"]) for error in found]


# --- parcels -------------------------------------------------------------------------------------


def test_numbers(desk: Desk, sandbox: Sandbox) -> None:
    """They count within the shipment."""
    made = [desk.parcel().json["data"] for _ in range(2)]
    number = desk.shipment["attributes"]["number"]

    assert [each["attributes"]["number"] for each in made] == [
        f"{number}/P/001",
        f"{number}/P/002",
    ]
    assert events(sandbox, made[0]) == ["parcels.create"]
    assert made[0]["attributes"]["non_delivery_option"] == "return"
    assert made[0]["attributes"]["customs_info_required"] is False


#: What of a parcel is refused, and which attribute says so.
REFUSED: dict[str, tuple[Document, list[str], str]] = {
    "no-weight": ({"weight": 0}, ["weight"], "greater_than"),
    "unit": ({"unit_of_weight": "kg"}, ["unit_of_weight"], "inclusion"),
    "contents": ({"contents_type": "toys"}, ["contents_type"], "inclusion"),
    "explanation": ({"contents_type": "other"}, ["contents_explanation"], "blank"),
    "restriction": (
        {"restriction_type": "odd", "restriction_comments": "c"},
        ["restriction_type"],
        "inclusion",
    ),
    "comments": ({"restriction_type": "quarantine"}, ["restriction_comments"], "blank"),
    "incoterm": ({"incoterm": "XXX"}, ["incoterm"], "inclusion"),
    "non-delivery": ({"non_delivery_option": "burn"}, ["non_delivery_option"], "inclusion"),
    "confirmation": ({"delivery_confirmation": "NOD"}, ["delivery_confirmation"], "inclusion"),
    "customs": (
        {"customs_info_required": True},
        ["customs_certify", "customs_signer"],
        "blank",
    ),
}


@pytest.mark.parametrize(("sent", "names", "error"), REFUSED.values(), ids=REFUSED)
def test_parcels_that_are_none(desk: Desk, sent: Document, names: list[str], error: str) -> None:
    """What carriers and customs have to know."""
    assert errors(desk.parcel(**sent)) == [(f"/data/attributes/{name}", error) for name in names]


@pytest.mark.parametrize(
    "sent",
    [
        {"contents_type": "other", "contents_explanation": "toys"},
        {"restriction_type": "none"},
        {"restriction_type": "other", "restriction_comments": "fragile"},
        {"customs_info_required": True, "customs_signer": "John", "customs_certify": True},
        {"eel_pfc": "NOEEI 30.37(a)", "incoterm": "DDP", "delivery_confirmation": "SIGNATURE"},
    ],
)
def test_parcels(desk: Desk, sent: Document) -> None:
    """What is said is shown."""
    shown = desk.parcel(**sent).json["data"]["attributes"]

    assert sent.items() <= shown.items()


def test_tracking(api: Api, desk: Desk, sandbox: Sandbox) -> None:
    """What is heard of a parcel is stamped and told; the shipment stays as it is."""
    parcel = desk.parcel().json["data"]
    moved = api.update(parcel, tracking_status="in_transit")["attributes"]
    sent = api.update(
        parcel,
        tracking_status="delivered",
        tracking_status_updated_at="2026-01-01T00:00:00.000Z",
    )
    api.update(parcel, tracking_status="error")

    assert moved["tracking_status_updated_at"] is not None
    assert sent["attributes"]["tracking_status_updated_at"] == "2026-01-01T00:00:00.000Z"
    assert events(sandbox, parcel)[1:] == ["parcels.in_transit", "parcels.delivered"]
    assert desk.shop.shown(desk.shipment)["status"] == "packing"


def test_no_parcel_of_a_cancelled_shipment(desk: Desk, sandbox: Sandbox) -> None:
    """There is nothing to be packed."""
    alter(sandbox, desk.shipment, status="cancelled")

    assert errors(desk.parcel()) == [("/data/relationships/shipment", "invalid_transition")]


def test_deleting_a_parcel(api: Api, desk: Desk, sandbox: Sandbox) -> None:
    """Not after it has left; its package is held by it (catalogue.md §31)."""
    parcel = desk.parcel().json["data"]
    assert api.delete(path_of(desk.package)).status_code == 423
    alter(sandbox, desk.shipment, status="shipped")
    assert api.delete(path_of(parcel)).status_code == 423
    alter(sandbox, desk.shipment, status="packing")
    assert api.delete(path_of(parcel)).status_code == 204
    assert api.delete(path_of(desk.package)).status_code == 204


@pytest.mark.parametrize(
    ("sizes", "name", "error"),
    [
        ({"length": 0}, "length", "greater_than"),
        ({"unit_of_length": "gr"}, "unit_of_length", "inclusion"),
        ({}, "name", "taken"),
    ],
)
def test_packages_that_are_none(desk: Desk, sizes: Document, name: str, error: str) -> None:
    """With sizes, and one name at a location."""
    assert (f"/data/attributes/{name}", error) in errors(desk.box("Box", **sizes))


def test_what_is_in_a_parcel(api: Api, desk: Desk) -> None:
    """Only of its shipment, and no more than there is; by the former name, too."""
    parcel = desk.parcel().json["data"]
    (line,) = desk.shop.related(desk.shipment, "stock_line_items")
    former = {"type": "shipment_line_items", "id": line["id"]}

    def put(quantity: int, **links: Document) -> Any:
        linked = {"parcel": to(parcel), **links}
        return api.post(
            "/api/parcel_line_items",
            document("parcel_line_items", links=linked, quantity=quantity),
        )

    made = put(1, shipment_line_item=former)
    assert made.status_code == 201, made.text
    shown = made.json["data"]["attributes"]
    assert (shown["sku_code"], shown["name"], shown["quantity"]) == ("TSHIRT", "TSHIRT", 1)
    assert desk.shop.linked(made.json["data"], "stock_line_item")["id"] == line["id"]
    assert errors(put(2, stock_line_item=to(line))) == [
        ("/data/attributes/quantity", "less_than_or_equal_to")
    ]
    assert errors(put(0, stock_line_item=to(line))) == [
        ("/data/attributes/quantity", "greater_than")
    ]
    assert errors(put(1)) == [("/data/relationships/stock_line_item", "blank")]
    (other,) = desk.shop.shipments(desk.shop.order(TSHIRT=1))
    (elsewhere,) = desk.shop.related(other, "stock_line_items")
    assert errors(put(1, stock_line_item=to(elsewhere))) == [
        ("/data/relationships/stock_line_item", "invalid")
    ]


def test_parcels_of_customers(
    api: Api, desk: Desk, sandbox: Sandbox, token_bearers: TokenBearers
) -> None:
    """They look at their own (authentication.md §13.2)."""
    parcel = desk.parcel().json["data"]
    john = api.create("customers", email="j@example.com", password="secret123")
    customer = token_bearers.customer("j@example.com", "secret123", "market:code:eu")
    assert customer.get(path_of(parcel)).status_code == 401
    alter(sandbox, desk.order, customer=john["id"])
    assert customer.get(path_of(parcel)).status_code == 200


# --- rates and labels ----------------------------------------------------------------------------


def test_rates(desk: Desk) -> None:
    """Two from each account of the market, always the same; not without a parcel."""
    desk.account()
    desk.account(name="UPS", easypost_type="UpsAccount")
    assert desk.shop.refuse(desk.shipment, _get_rates=True) == [NOT_NOW]

    desk.parcel()
    desk.parcel()
    shown = desk.rated()
    told = [(each["carrier"], each["service"], each["rate"]) for each in shown["rates"]]
    assert told == [
        ("DhlExpress", "Standard", 10.0),
        ("DhlExpress", "Express", 20.0),
        ("Ups", "Standard", 10.0),
        ("Ups", "Express", 20.0),
    ]
    assert shown["rates"][0]["formatted_rate"] == "€10,00"
    assert shown["get_rates_errors"] == []
    assert shown["get_rates_started_at"] == shown["get_rates_completed_at"] is not None
    assert shown["cost_amount_cents"] is None
    assert desk.rated()["rates"] == shown["rates"]
    accounts = desk.shop.related(desk.shipment, "carrier_accounts")
    assert [each["attributes"]["name"] for each in accounts] == ["DHL", "UPS"]
    assert accounts[0]["attributes"]["easypost_id"].startswith("ca_")


def test_rates_of_what_nobody_carries(api: Api, desk: Desk) -> None:
    """There is a limit to what they cost."""
    desk.account()
    desk.parcel(weight=1e100, unit_of_weight="lb")
    (standard, _) = desk.rated()["rates"]
    bought = api.update(desk.shipment, selected_rate_id=standard["id"], _purchase=True)

    assert bought["attributes"]["cost_amount_cents"] == 500 + 10_000 * 250


def test_labels(api: Api, desk: Desk) -> None:
    """Bought at the rate that is selected; every parcel has one then."""
    desk.account()
    parcel = desk.parcel().json["data"]
    (standard, _) = desk.rated()["rates"]
    assert desk.shop.refuse(desk.shipment, _purchase=True) == [
        ("can't be blank", "/data/attributes/selected_rate_id")
    ]
    assert desk.shop.refuse(desk.shipment, selected_rate_id="rate_x", _purchase=True) == [
        ("is not included in the list", "/data/attributes/selected_rate_id")
    ]

    bought = api.update(desk.shipment, selected_rate_id=standard["id"], _purchase=True)
    shown, label = bought["attributes"], desk.shop.shown(parcel)
    assert shown["cost_amount_cents"] == 750
    assert shown["formatted_cost_amount"] == "€7,50"
    assert shown["purchase_started_at"] == shown["purchase_completed_at"] is not None
    assert (shown["purchase_failed_at"], shown["status"]) == (None, "packing")
    assert label["tracking_number"].startswith("EZ")
    assert label["tracking_status"] == "unknown"
    assert label["shipping_label_url"].endswith(".pdf")
    assert label["shipping_label_file_type"] == "PDF"


def test_a_carrier_that_fails(api: Api, desk: Desk) -> None:
    """As the metadata of its account say."""
    account = desk.account()
    desk.parcel()
    (standard, _) = desk.rated()["rates"]
    api.update(account, metadata={"mock_error": "No such street"})
    failed = api.update(desk.shipment, selected_rate_id=standard["id"], _purchase=True)
    rated = desk.rated()

    assert failed["attributes"]["purchase_failed_at"] is not None
    assert failed["attributes"]["purchase_error_message"] == "No such street"
    assert failed["attributes"]["purchase_completed_at"] is None
    assert failed["attributes"]["cost_amount_cents"] is None
    assert rated["rates"] == []
    assert rated["get_rates_errors"] == [
        {"carrier": "DhlExpress", "type": "rate_error", "message": "No such street"}
    ]


# --- pickups -------------------------------------------------------------------------------------


@pytest.fixture
def labelled(api: Api, desk: Desk, sandbox: Sandbox) -> Desk:
    """Return the desk once the shipment has a label and is ready."""
    desk.account()
    desk.parcel()
    (standard, _) = desk.rated()["rates"]
    api.update(desk.shipment, selected_rate_id=standard["id"], _purchase=True)
    alter(sandbox, desk.shipment, status="ready_to_ship")
    return desk


def pickup(desk: Desk, clock: Clock, first: float = 3, last: float = 20) -> Any:
    """Have a carrier come between so many hours from now; return the answer."""
    now = clock.now()
    span = {"min_datetime": timestamp(now + timedelta(hours=first))}
    span["max_datetime"] = timestamp(now + timedelta(hours=last))
    links = {"shipment": to(desk.shipment)}
    return desk.api.post("/api/easypost_pickups", document("easypost_pickups", links=links, **span))


def test_pickups(api: Api, labelled: Desk, clock: Clock) -> None:
    """Scheduled at the rate that is selected; the shipment leads to the last one."""
    made = pickup(labelled, clock).json["data"]
    (rate,) = made["attributes"]["rates"]
    assert made["attributes"]["status"] == "unknown"
    scheduled = api.update(made, selected_rate_id=rate["id"], _purchase=True)["attributes"]

    assert scheduled["status"] == "scheduled"
    assert scheduled["purchase_started_at"] == scheduled["purchase_completed_at"] is not None
    assert to(labelled.shop.linked(labelled.shipment, "pickup") or {}) == to(made)
    assert len(labelled.shop.related(made, "parcels")) == 1
    listed = api.get("/api/pickups").json["data"]
    assert [each["type"] for each in listed] == ["easypost_pickups"]
    assert api.delete(path_of(made)).status_code == 204


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (1.9, 20, ["min_datetime"]),
        (3, 24.1, ["max_datetime"]),
        (5, 5, ["max_datetime"]),
        (1, 30, ["min_datetime", "max_datetime"]),
    ],
)
def test_pickups_at_no_time(
    labelled: Desk, clock: Clock, first: float, last: float, names: list[str]
) -> None:
    """Neither too soon nor too late."""
    assert errors(pickup(labelled, clock, first, last)) == [
        (f"/data/attributes/{name}", "invalid") for name in names
    ]


@pytest.mark.parametrize("missing", [{"status": "packing"}, {"purchase_completed_at": None}])
def test_nothing_to_be_picked_up(
    labelled: Desk, sandbox: Sandbox, clock: Clock, missing: Document
) -> None:
    """It has to be ready, with a label."""
    alter(sandbox, labelled.shipment, **missing)

    assert errors(pickup(labelled, clock)) == [("/data/relationships/shipment", "invalid")]
