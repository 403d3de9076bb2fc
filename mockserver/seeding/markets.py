"""Where and how an organization sells: stock locations, markets, payment methods, stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.entropy import Entropy
from mockserver.late_dataclass import dataclass
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.credentials import PUBLIC_MARKET
from mockserver.seeding.dates import BEGINNING
from mockserver.seeding.shipping import Shipping
from mockserver.seeding.taxes import calculators
from mockserver.storage.base import Record

PRIVATE_MARKET = "vip"
#: The group whose members the private market is for.
PRIVATE_GROUP = {"name": "VIP", "code": "vip"}


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A stock location and where it is."""

    code: str
    name: str
    address: Mapping[str, str]


WAREHOUSES: Sequence[Warehouse] = (
    Warehouse(
        "milan",
        "Milan warehouse",
        {
            "line_1": "Via Tortona 27",
            "city": "Milano",
            "zip_code": "20144",
            "state_code": "MI",
            "country_code": "IT",
            "phone": "+39 02 0000 0100",
        },
    ),
    Warehouse(
        "rotterdam",
        "Rotterdam warehouse",
        {
            "line_1": "Van Nelleweg 1",
            "city": "Rotterdam",
            "zip_code": "3044 BC",
            "state_code": "ZH",
            "country_code": "NL",
            "phone": "+31 10 000 0100",
        },
    ),
    Warehouse(
        "newark",
        "Newark warehouse",
        {
            "line_1": "120 Mulberry Street",
            "city": "Newark",
            "zip_code": "07102",
            "state_code": "NJ",
            "country_code": "US",
            "phone": "+1 973 555 0100",
        },
    ),
)

#: Whether prices include taxes, by currency.
CURRENCIES: Mapping[str, bool] = {"EUR": True, "USD": False}

#: How often something can be delivered.
FREQUENCIES: Sequence[str] = (
    *("hourly", "daily", "weekly", "monthly", "two-month", "three-month", "four-month"),
    *("six-month", "yearly"),
)

CARD, WIRE_TRANSFER = "stripe_payments", "wire_transfers"
#: How each market can be paid, by the type of the payment sources; the first is the default.
PAYMENT_METHODS: Mapping[str, str] = {CARD: "Credit card", WIRE_TRANSFER: "Wire transfer"}
#: The gateway that makes each type of payment sources, and what it is made of.
GATEWAYS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    CARD: ("stripe_gateways", {"name": "Cards", "login": "sandbox"}),
    WIRE_TRANSFER: ("manual_gateways", {"name": "Bank account"}),
}
OFFICE: Mapping[str, str] = {
    "line_1": "Via Tortona 27",
    "city": "Milano",
    "zip_code": "20144",
    "state_code": "MI",
    "country_code": "IT",
    "phone": "+39 02 0000 0101",
}


@dataclass(frozen=True, slots=True)
class SeededMarket:
    """A market and the warehouses it sells from.

    Attributes:
        store: the code of the store that is a part of it, and its name.
    """

    code: str
    name: str
    currency_code: str
    warehouses: Sequence[str]
    store: tuple[str, str] | None = None


MARKETS: Sequence[SeededMarket] = (
    SeededMarket(
        PUBLIC_MARKET, "Europe", "EUR", ("milan", "rotterdam"), ("milan-store", "Milan store")
    ),
    SeededMarket(PRIVATE_MARKET, "VIP", "EUR", ("milan",)),
    SeededMarket("usa", "USA", "USD", ("newark",), ("newark-store", "Newark store")),
)


class Places:
    """The markets of one mode of an organization, with all that they need, on their way into it."""

    def __init__(self, batch: Batch, name: str, entropy: Entropy) -> None:
        """Start with none.

        Args:
            batch: where the records go.
            name: of the merchant.
            entropy: what the shared secrets are drawn from.
        """
        self._batch = batch
        self._name = name
        self._entropy = entropy

    def build(self) -> None:
        """Make the records."""
        locations = self._stock_locations()
        group = self._batch.add("customer_groups", BEGINNING, **PRIVATE_GROUP)
        merchant = self._merchant()
        price_lists, taxes = self._price_lists(), calculators(self._batch)
        payment_methods = self._payment_methods(self._gateways())
        shipping = Shipping(self._batch, locations)
        model = self._batch.add(
            "subscription_models",
            BEGINNING,
            name="Subscriptions",
            frequencies=list(FREQUENCIES),
            metadata=EMPTY,
        )
        for market in MARKETS:
            inventory = self._inventory_model(market, locations)
            record = self._batch.add(
                "markets",
                BEGINNING,
                name=market.name,
                code=market.code,
                shared_secret=self._entropy.hex(32),
                merchant=merchant,
                price_list=price_lists[market.currency_code],
                inventory_model=inventory,
                subscription_model=model["id"],
                tax_calculator=taxes[market.currency_code],
                tax_calculator_type="manual_tax_calculators",
                customer_group=group["id"] if market.code == PRIVATE_MARKET else None,
                default_payment_method=payment_methods[market.currency_code],
            )
            shipping.sell_to(record["id"], market.currency_code, market.warehouses)
            self._store(market, record, locations)

    def _merchant(self) -> str:
        office = self._batch.add(
            "addresses", BEGINNING, business=True, company=self._name, **OFFICE
        )
        merchant = self._batch.add(
            "merchants", BEGINNING, name=self._name, address=office["id"], metadata=EMPTY
        )
        return str(merchant["id"])

    def _inventory_model(self, market: SeededMarket, locations: Mapping[str, str]) -> str:
        """Make the inventory model of a market: its warehouses, the nearest one first."""
        model = self._batch.add("inventory_models", BEGINNING, name=market.name, metadata=EMPTY)
        for type_ in ("inventory_stock_locations", "inventory_return_locations"):
            for priority, code in enumerate(market.warehouses, 1):
                self._batch.add(
                    type_,
                    BEGINNING,
                    priority=priority,
                    metadata=EMPTY,
                    stock_location=locations[code],
                    inventory_model=model["id"],
                )
        return str(model["id"])

    def _gateways(self) -> Mapping[str, str]:
        """Make the gateways; return their ids by the type of the payment sources they make."""
        return {
            source: self._batch.add(type_, BEGINNING, metadata=EMPTY, **values)["id"]
            for source, (type_, values) in GATEWAYS.items()
        }

    def _stock_locations(self) -> Mapping[str, str]:
        ids = {}
        for warehouse in WAREHOUSES:
            address = self._batch.add(
                "addresses",
                BEGINNING,
                business=True,
                company=warehouse.name,
                **warehouse.address,
            )
            location = self._batch.add(
                "stock_locations",
                BEGINNING,
                name=warehouse.name,
                code=warehouse.code,
                address=address["id"],
            )
            ids[warehouse.code] = location["id"]
        return ids

    def _price_lists(self) -> Mapping[str, str]:
        return {
            code: self._batch.add(
                "price_lists",
                BEGINNING,
                name=f"{code} price list",
                code=code.lower(),
                currency_code=code,
                tax_included=tax_included,
            )["id"]
            for code, tax_included in CURRENCIES.items()
        }

    def _payment_methods(self, gateways: Mapping[str, str]) -> Mapping[str, str]:
        """Make the payment methods; return the id of the default one of each currency.

        They are no market's own, as those that markets have by default must be (catalogue.md §12).
        """
        ids = {
            (currency, type_): self._batch.add(
                "payment_methods",
                BEGINNING,
                name=name,
                payment_source_type=type_,
                currency_code=currency,
                price_amount_cents=0,
                metadata=EMPTY,
                payment_gateway=gateways[type_],
            )["id"]
            for currency in CURRENCIES
            for type_, name in PAYMENT_METHODS.items()
        }
        return {currency: ids[currency, CARD] for currency in CURRENCIES}

    def _store(self, market: SeededMarket, record: Record, locations: Mapping[str, str]) -> None:
        if market.store is None:
            return
        code, name = market.store
        self._batch.add(
            "stores",
            BEGINNING,
            name=name,
            code=code,
            metadata=EMPTY,
            market=record["id"],
            merchant=record["merchant"],
            stock_location=locations[market.warehouses[0]],
        )
