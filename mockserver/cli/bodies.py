"""The JSON bodies of the commands of the control plane, made of what was said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mockserver.cli.stop import Stop

Told = dict[str, Any]
Body = Callable[[Told], Any]


def json_of(text: str | bytes, place: str = "") -> Any:
    """Parse a text as JSON.

    Raises:
        Stop: it is none.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"{place}not JSON: {error}"
        raise Stop(message) from error


def file_of(told: Told) -> Any:
    """Parse the file that is named as JSON."""
    return json_of(told["file"].read(), f"{told['file'].name} is ")


def fault(told: Told) -> Any:
    """Return a fault: its JSON form, or its effect in the words of ``X-Mock-Fault``."""
    rule, conditions = told["rule"], assigned(told)
    form: Told = json_of(rule) if rule.lstrip().startswith("{") else {"effect": rule}
    match = form.get("match", {})
    if conditions and isinstance(match, dict):
        form["match"] = {**match, **conditions}
    return {**form, **given("times")(told)}


def given(*names: str) -> Body:
    """Return the body with what was said of these."""
    return lambda told: {name: told[name] for name in names if told[name] is not None}


def situation(told: Told) -> Told:
    """Return how many customers, from where, and which scenario.

    The server does not stand where we do: a path is told in full.
    """
    found: Told = given("customers", "scenario")(told)
    if told["locale"]:
        found["locale"] = list(told["locale"])
    if str(found.get("scenario")).endswith(".json"):
        found["scenario"] = str(Path(found["scenario"]).resolve())
    return found


def organization(told: Told) -> Told:
    """Return the body that asks for a new organization."""
    settings = assigned(told)
    found: Told = {**given("slug", "seed")(told), **situation(told)}
    return {**found, "settings": settings} if settings else found


def assigned(told: Told) -> Told:
    """Return ``NAME=VALUE`` pairs as JSON: values that are no JSON are texts."""
    found = {}
    for name, value in map(pair_of, told["pairs"]):
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def pair_of(text: str) -> tuple[str, str]:
    """Return the name and the value of ``NAME=VALUE``."""
    name, mark, value = text.partition("=")
    if not mark:
        message = f"{text!r} is not NAME=VALUE"
        raise Stop(message)
    return name, value


def span(name: str) -> Body:
    """Return a duration: seconds where it is a number, else ISO 8601."""

    def body(told: Told) -> Told:
        try:
            return {name: float(told["span"])}
        except ValueError:
            return {name: told["span"]}

    return body


def fresh(told: Told) -> Told:
    """Return which organizations are reset, and what is kept of them.

    Raises:
        Stop: one is named, and all are meant.
    """
    if told["every"] and told["organization"]:
        message = "--all and --organization exclude each other"
        raise Stop(message)
    keep = [name.strip() for name in (told["keep"] or "").split(",") if name.strip()]
    return {"keep": keep, "all": told["every"]}


def frozen(told: Told) -> Told:
    """Return a clock that stands."""
    return {"frozen_at": told["at"]}
