"""What an order adds up to, reckoned anew from what the API shows of it (commerce.md §2, §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from tests.client import Document

TAXED = ("subtotal", "shipping", "payment_method", "adjustment")
BUCKETS = (*TAXED, "discount", "gift_card")
GOODS = ("skus", "bundles", None)
SUBUNITS = {"EUR": 100, "USD": 100, "JPY": 1, "KWD": 1000}
#: Symbol, point and separator of thousands, of the currencies whose form the contract says.
FORMS = {"EUR": ("€", ",", "."), "USD": ("$", ".", ","), "JPY": ("¥", "", ",")}


def check_order(order: Document, lines: Sequence[Document]) -> None:
    """Hold an order and its lines to each other."""
    for line in lines:
        _check_line(order, line)
    _check_shares(lines)
    _check_sums(order, lines)
    for shown in (order, *lines):
        _check_money(shown, order["currency_code"])


def bucket(line: Document) -> str:
    """Return the bucket that a line counts in."""
    kind, cents = line["item_type"], line["total_amount_cents"]
    if kind in GOODS or (kind == "gift_cards" and cents >= 0):
        return "subtotal"
    if kind == "gift_cards":
        return "gift_card"
    if str(kind).endswith("_promotions"):
        return "discount"
    return {"shipments": "shipping", "payment_methods": "payment_method"}.get(kind, "adjustment")


def rounded(exact: Fraction) -> int:
    """Round half away from zero."""
    whole = int(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole


def _check_line(order: Document, line: Document) -> None:
    entries = line["discount_breakdown"].values()
    total = line["quantity"] * line["unit_amount_cents"] + line["options_amount_cents"]
    assert line["total_amount_cents"] == total, line
    assert line["discount_cents"] == sum(entry["cents"] for entry in entries), line
    assert all(entry["cents"] <= 0 for entry in entries), line
    assert total + line["discount_cents"] >= min(total, 0), line
    _check_tax(order, line, total + line["discount_cents"])


def _check_tax(order: Document, line: Document, base: int) -> None:
    rate = Fraction(str(order["tax_rate"] or 0))
    if not _is_taxable(order, line):
        rate = Fraction(0)
    share = rate / (1 + rate) if order["tax_included"] else rate
    assert line["tax_amount_cents"] == rounded(max(base, 0) * share), line


def _is_taxable(order: Document, line: Document) -> bool:
    kind, name = line["item_type"], bucket(line)
    if kind == "gift_cards" and name == "subtotal":
        return bool(order["gift_card_taxable"])
    if name == "adjustment":
        return bool(order["adjustment_taxable"]) and line["total_amount_cents"] > 0
    if name in ("shipping", "payment_method"):
        return bool(order[f"{'freight' if name == 'shipping' else name}_taxable"])
    return name == "subtotal"


def _check_shares(lines: Sequence[Document]) -> None:
    """Hold the lines that discount to what others bear of them."""
    borne: dict[str, int] = {}
    for line in lines:
        for id_, entry in line["discount_breakdown"].items():
            borne[id_] = borne.get(id_, 0) + entry["cents"]
    by_id = {line["id"]: line for line in lines}
    assert borne.keys() <= by_id.keys()
    for id_, line in by_id.items():
        if bucket(line) == "discount":
            assert borne.get(id_, 0) == line["total_amount_cents"], line
        elif id_ in borne:
            assert line["total_amount_cents"] <= borne[id_] <= 0, line
            assert bucket(line) in ("gift_card", "adjustment"), line


def _check_sums(order: Document, lines: Sequence[Document]) -> None:
    sums, taxes = dict.fromkeys(BUCKETS, 0), dict.fromkeys(BUCKETS, 0)
    for line in lines:
        sums[bucket(line)] += line["total_amount_cents"]
        taxes[bucket(line)] += line["tax_amount_cents"]
    found = {name: order[f"{name}_amount_cents"] for name in BUCKETS}
    total = max(0, sum(cents for name, cents in sums.items() if name != "gift_card"))
    tax = sum(taxes.values())
    on_top = 0 if order["tax_included"] else tax

    assert found == sums, (order["number"], order["status"], found, sums)
    assert {n: order[f"{n}_tax_amount_cents"] for n in TAXED} == {n: taxes[n] for n in TAXED}
    assert order["total_tax_amount_cents"] == tax
    taxable = {n: sums[n] - (taxes[n] if order["tax_included"] else 0) for n in TAXED}
    assert {n: order[f"{n}_taxable_amount_cents"] for n in TAXED} == taxable
    assert order["total_taxable_amount_cents"] == sum(taxable.values())
    assert order["total_amount_cents"] == total
    assert order["total_amount_with_taxes_cents"] == total + sums["gift_card"] + on_top
    assert order["total_amount_with_taxes_cents"] >= 0
    counted = (line["quantity"] for line in lines if line["item_type"] in ("skus", "bundles"))
    assert order["skus_count"] == sum(counted)


def _check_money(shown: Document, currency: str) -> None:
    """Hold the three forms of each amount to each other."""
    for name, cents in shown.items():
        if not name.endswith("_cents") or name == "discount_cents":
            continue
        stem = name.removesuffix("_cents")
        written = shown[f"{stem}_float"], shown[f"formatted_{stem}"]
        if cents is None:
            assert written == (None, None), name
            continue
        assert written[0] == cents / SUBUNITS[currency], name
        if currency in FORMS:
            assert written[1] == formatted(cents, currency), name


def formatted(cents: int, currency: str) -> str:
    """Write an amount as the table of the contract has it (commerce.md §2.2)."""
    symbol, point, separator = FORMS[currency]
    whole, rest = divmod(abs(cents), SUBUNITS[currency])
    digits = f"{whole:,}".replace(",", separator)
    decimals = f"{point}{rest:02}" if point else ""
    return f"{'-' if cents < 0 else ''}{symbol}{digits}{decimals}"


# --- money that moves -----------------------------------------------------------------------------


def check_transactions(shown: Sequence[Document], records: Sequence[Document]) -> None:
    """Hold the balances of an order's transactions to each other.

    Args:
        shown: what the API shows of each.
        records: as they are stored.
    """
    attributes = {each["id"]: each["attributes"] for each in shown}
    for record in records:
        if record["succeeded"]:
            _check_balances(attributes[record["id"]], record, _referring(records, record["id"]))


def _referring(records: Sequence[Document], id_: str) -> Mapping[str, int]:
    """Return what succeeded transactions take off the one they refer to, by their kind."""
    found = {"captures": 0, "voids": 0, "refunds": 0}
    for each in records:
        if each["succeeded"] and id_ in (
            each.get("reference_authorization"),
            each.get("reference_capture"),
        ):
            found[each["type"]] += each["amount_cents"]
    return found


def _check_balances(shown: Document, record: Document, taken: Mapping[str, int]) -> None:
    amount = record["amount_cents"]
    assert amount > 0, record
    if record["type"] == "authorizations":
        assert taken["captures"] + taken["voids"] <= amount, record
        assert shown["capture_balance_cents"] == amount - taken["captures"], record
        assert shown["void_balance_cents"] == amount - taken["voids"], record
    elif record["type"] == "captures":
        assert taken["refunds"] <= amount, record
        assert shown["refund_balance_cents"] == amount - taken["refunds"], record


def payment_status(order: Document, records: Sequence[Document]) -> str:
    """Return the payment status by the table of the contract (commerce.md §14.5).

    Args:
        order: its record.
        records: of its transactions.
    """
    source = (order["payment_source_type"], order["payment_source"])
    own = [
        each
        for each in records
        if each["succeeded"] and (each["payment_source_type"], each["payment_source"]) == source
    ]
    of = {kind: [e for e in own if e["type"] == kind] for kind in {e["type"] for e in own}}
    cents = {kind: sum(e["amount_cents"] for e in found) for kind, found in of.items()}
    placed = order["placed_at"] is not None
    captured, refunded = cents.get("captures", 0), cents.get("refunds", 0)
    standing = sum(
        each["amount_cents"]
        for each in of.get("authorizations", ())
        if not any(void["reference_authorization"] == each["id"] for void in of.get("voids", ()))
        and (placed or not _is_given_back(each, of))
    )
    if not placed:
        captured -= refunded
    total = order["total_amount_with_taxes_cents"]
    if order["status"] == "editing":
        total = order["place_total_amount_cents"]
    table = (
        ("free", total == 0 and placed),
        ("refunded", placed and 0 < refunded == captured),
        ("partially_refunded", placed and refunded > 0),
        ("paid", captured >= total > 0),
        ("partially_paid", captured > 0),
        ("authorized", standing >= total > 0),
        ("voided", placed and cents.get("voids", 0) > 0 and not standing),
        ("partially_voided", placed and cents.get("voids", 0) > 0 and standing > 0),
        ("partially_authorized", standing > 0),
    )
    return next((status for status, holds in table if holds), "unpaid")


def _is_given_back(authorization: Document, of: Mapping[str, Sequence[Document]]) -> bool:
    captures = [
        each
        for each in of.get("captures", ())
        if each["reference_authorization"] == authorization["id"]
    ]
    return bool(captures) and all(
        sum(
            each["amount_cents"]
            for each in of.get("refunds", ())
            if each["reference_capture"] == capture["id"]
        )
        == capture["amount_cents"]
        for capture in captures
    )
