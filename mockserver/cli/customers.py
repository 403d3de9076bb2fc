"""The commands about one customer: one with a past, one who is to be forgotten."""

from __future__ import annotations

import click

from mockserver.access import MODES
from mockserver.cli.bodies import OptionValues, assigned, given
from mockserver.cli.running import ORGANIZATION
from mockserver.cli.sections import Section
from mockserver.cli.verb import Verb, Verbs

_MODE = click.Option(["--mode"], type=click.Choice(MODES), help="Else test.")
_ADD = (
    click.Option(["--email"], required=True, metavar="EMAIL", help="Nobody else's."),
    click.Option(["--first-name"], metavar="NAME", help="Else one of the country."),
    click.Option(["--last-name"], metavar="NAME", help="Else one of the country."),
    click.Option(["--country"], metavar="CODE", help="Where the customer lives: US, GB, DE, …"),
    click.Option(["--locale"], metavar="LOCALE", help="Whose names and places: it_IT, ja_JP, …"),
    click.Option(["--guest"], is_flag=True, help="Without a password."),
    click.Option(["--password"], metavar="TEXT", help="Else that of the seeded customers."),
    click.Option(["--group"], metavar="CODE", help="A new one if there is none."),
    click.Option(
        ["--tag", "tags"], multiple=True, metavar="NAME", help="May be repeated, and be new."
    ),
    click.Option(["--addresses"], type=int, help="How many in the address book."),
    click.Option(["--orders"], type=int, help="How many placed ones."),
    click.Option(["--market"], metavar="CODE", help="To order in; else one for the country."),
    click.Option(["--wallet"], is_flag=True, help="Keep the card that the last one is paid with."),
    click.Option(
        ["--metadata", "pairs"], multiple=True, metavar="NAME=VALUE", help="May be repeated."
    ),
    _MODE,
    ORGANIZATION,
)
_GIVEN = given(
    *("email", "first_name", "last_name", "country", "locale", "password", "group"),
    *("addresses", "orders", "market", "mode"),
)
_FLAGS = ("guest", "wallet")


def _customer(values: OptionValues) -> OptionValues:
    flags = {name: True for name in _FLAGS if values[name]}
    return {**_GIVEN(values), **flags, "tags": list(values["tags"]), "metadata": assigned(values)}


def _anonymization(values: OptionValues) -> OptionValues:
    return {**given("email", "mode")(values), "now": values["now"]}


CUSTOMERS: Verbs = {
    "customer": (
        "Create a customer with a past.",
        {
            "add": Verb(
                "Create one with addresses, placed orders and a wallet, and print what came of it.",
                "POST",
                "{organization}/customers",
                _ADD,
                _customer,
            ),
            "order": Verb(
                "Place orders for one there is, and print what came of it.",
                "POST",
                "{organization}/customers/order",
                [
                    click.Argument(["email"], metavar="EMAIL"),
                    click.Option(["--orders"], type=int, help="How many; else one."),
                    click.Option(["--market"], metavar="CODE", help="Else one for the country."),
                    _MODE,
                    ORGANIZATION,
                ],
                given("email", "orders", "market", "mode"),
            ),
        },
        Section.SHAPE,
    ),
    "anonymize": Verb(
        "Request the anonymization of a customer, and with --now have it done.",
        "POST",
        "{organization}/customers/anonymize",
        [
            click.Argument(["email"], metavar="EMAIL"),
            click.Option(["--now"], is_flag=True, help="Wait for no clock."),
            _MODE,
            ORGANIZATION,
        ],
        _anonymization,
        section=Section.SHAPE,
    ),
}
