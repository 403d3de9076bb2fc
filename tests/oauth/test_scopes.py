"""Scopes: what each form stands for, and which are refused (authentication.md §6)."""

from __future__ import annotations

import pytest

from mockserver.access import Owner
from mockserver.oauth.errors import OAuthError
from mockserver.oauth.scopes import default_scope, items, reach, resolve
from tests.oauth.authorization_world import World

SALES, BACK, WEB, PERSON = "sales_channel", "integration", "webapp", "user"


@pytest.fixture(scope="module")
def world() -> World:
    """Return a world that no test changes."""
    return World()


@pytest.mark.parametrize(
    ("scope", "markets", "locations"),
    [
        ("market:all", None, []),
        ("market:id:{europe}", ["europe"], []),
        ("market:code:europe", ["europe"], []),
        ("market:61", ["europe"], []),
        ("market:061", ["europe"], []),
        ("store:id:{paris}", ["europe"], []),
        ("store:code:paris", ["europe"], []),
        ("market:code:europe store:code:paris", ["europe"], []),
        ("market:code:europe market:code:usa", ["europe", "usa"], []),
        ("market:code:europe,market:code:usa", ["europe", "usa"], []),
        (" market:code:usa ,\tmarket:62\nmarket:code:usa", ["usa"], []),
        ("market:code:europe stock_location:id:{milan}", ["europe"], ["milan"]),
        ("stock_location:code:rome market:61", ["europe"], ["rome"]),
        ("market:61 stock_location:71 stock_location:72", ["europe"], ["milan", "rome"]),
        ("store:code:paris stock_location:code:rome", ["europe"], ["rome"]),
        ("market:all stock_location:code:milan", None, ["milan"]),
        ("market:all market:code:usa", None, []),
        ("market:all store:code:secret", None, []),
    ],
)
def test_scope_stands_for_markets_and_stock_locations(
    world: World, scope: str, markets: list[str] | None, locations: list[str]
) -> None:
    """Each form names what it says, and its text is kept as it is."""
    text = scope.format(**world.ids)
    resolved = resolve(text, world.test, SALES)

    assert text == resolved.text
    assert resolved.is_core
    expected = None if markets is None else tuple(world.ids[name] for name in markets)
    assert expected == resolved.market_ids
    assert tuple(world.ids[name] for name in locations) == resolved.stock_location_ids
    assert resolved == reach(text, world.test)


@pytest.mark.parametrize(
    "scope",
    [
        "",
        " , ",
        "market",
        "market:",
        "market:id:",
        "market:code:",
        "market:id:nowhere",
        "market:code:nowhere",
        "market:code:EUROPE",
        "market:99",
        "market:-1",
        "market:6\uff11",
        "market:" + "9" * 400,
        "market:name:europe",
        "Market:all",
        "market:all:all",
        "market:code:europe nonsense",
        "market:all nonsense",
        "market:id:{europe} market:id:nowhere",
        "market:code:closed",
        "market:id:{milan}",
        "store:61",
        "store:code:nowhere",
        "store:code:dusty",
        "store:code:lost",
        "store:id:{europe}",
        "market:code:usa store:code:paris",
        "market:code:usa store:code:lost",
        "stock_location:code:milan",
        "market:code:usa stock_location:code:milan",
        "market:code:europe stock_location:code:mars",
        "market:code:europe stock_location:code:nowhere",
        "market:all stock_location:code:mars",
        "market:code:vip",
        "store:code:secret",
        "market:code:europe market:code:vip",
        "provisioning-api",
        "metrics-api",
        "market:all metrics-api",
    ],
)
def test_scope_is_refused_to_a_guest(world: World, scope: str) -> None:
    """Unknown, disabled, private or inconsistent: ``invalid_scope``."""
    with pytest.raises(OAuthError) as refused:
        resolve(scope.format(**world.ids), world.test, SALES)
    assert refused.value.title == "invalid_scope"
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("kind", "scope", "allowed"),
    [
        (PERSON, "provisioning-api", True),
        (PERSON, "metrics-api", True),
        (PERSON, "provisioning-api metrics-api", True),
        (PERSON, "market:all", False),
        (PERSON, "provisioning-api market:all", False),
        (PERSON, "", False),
        (BACK, "metrics-api", True),
        (BACK, "metrics-api market:all", False),
        (BACK, "provisioning-api", False),
        (WEB, "metrics-api", True),
        ("orders", "metrics-api", True),
        (SALES, "metrics-api", False),
    ],
)
def test_other_apis_are_for_certain_kinds(
    world: World, kind: str, scope: str, *, allowed: bool
) -> None:
    """Scopes of other APIs stand alone."""
    if allowed:
        assert not resolve(scope, world.test, kind).is_core
    else:
        with pytest.raises(OAuthError, match="invalid_scope"):
            resolve(scope, world.test, kind)


@pytest.mark.parametrize(
    ("kind", "owner", "allowed"),
    [
        (SALES, None, False),
        (SALES, ("Customer", "john"), False),
        (SALES, ("Customer", "member"), True),
        (SALES, ("User", "ringo"), False),
        (BACK, None, True),
        (BACK, ("Customer", "john"), False),
        (BACK, ("Customer", "member"), True),
        (BACK, ("User", "ringo"), True),
        (WEB, ("User", "ringo"), True),
    ],
)
@pytest.mark.parametrize("scope", ["market:code:vip", "store:code:secret"])
def test_private_market_is_for_members_and_back_ends(
    world: World, scope: str, kind: str, owner: tuple[str, str] | None, *, allowed: bool
) -> None:
    """A market with a customer group is open to its members, and to who has no group."""
    acting = Owner(owner[0], world.ids[owner[1]]) if owner else None  # type: ignore[arg-type]
    if allowed:
        assert resolve(scope, world.test, kind, acting).market is not None
    else:
        with pytest.raises(OAuthError, match="invalid_scope"):
            resolve(scope, world.test, kind, acting)


def test_other_mode_has_other_markets(world: World) -> None:
    """A market of the test mode is unknown to live credentials."""
    with pytest.raises(OAuthError, match="invalid_scope"):
        resolve("market:code:europe", world.live, BACK)


def test_scope_granted_earlier_keeps_what_is_left() -> None:
    """A market that is gone leaves nothing, not everything."""
    world = World()
    world.test.partition.remove("markets", world.ids["europe"])

    assert reach("market:code:europe", world.test).market_ids == ()
    assert reach("market:code:europe market:62", world.test).market_ids == (world.ids["usa"],)
    assert reach("store:code:paris", world.test).market_ids == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (BACK, "market:all"),
        (WEB, "market:all"),
        ("orders", "market:all"),
        (PERSON, "provisioning-api"),
    ],
)
def test_kinds_have_a_default_scope(kind: str, expected: str) -> None:
    """Who asks for nothing gets the whole of its API."""
    assert expected == default_scope(kind)


def test_sales_channel_has_to_ask() -> None:
    """There is no default scope for storefronts."""
    with pytest.raises(OAuthError, match="invalid_scope"):
        default_scope(SALES)


def test_items_are_joined_by_spaces_or_commas() -> None:
    """Both joints, repeated, and doubles."""
    assert items(" a,b  ,c a,") == ["a", "b", "c"]
