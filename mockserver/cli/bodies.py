"""The JSON bodies of the commands of the control plane, made of what was said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mockserver.cli.stop import Stop

OptionValues = dict[str, Any]
Body = Callable[[OptionValues], Any]


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


def file_of(values: OptionValues) -> Any:
    """Parse the file that is named as JSON."""
    return json_of(values["file"].read(), f"{values['file'].name} is ")


def fault(values: OptionValues) -> Any:
    """Return a fault: its JSON form, or its effect in the words of ``X-Mock-Fault``."""
    rule, conditions = values["rule"], assigned(values)
    form: OptionValues = json_of(rule) if rule.lstrip().startswith("{") else {"effect": rule}
    match = form.get("match", {})
    if conditions and isinstance(match, dict):
        form["match"] = {**match, **conditions}
    return {**form, **given("times")(values)}


def given(*names: str) -> Body:
    """Return the body with what was said of these."""
    return lambda values: {name: values[name] for name in names if values[name] is not None}


def situation(values: OptionValues) -> OptionValues:
    """Return how many customers, from where, and which scenario.

    The server does not stand where we do: a path is told in full.
    """
    found: OptionValues = given("customers", "scenario")(values)
    if values["locale"]:
        found["locale"] = list(values["locale"])
    if str(found.get("scenario")).endswith(".json"):
        found["scenario"] = str(Path(found["scenario"]).resolve())
    return found


def organization(values: OptionValues) -> OptionValues:
    """Return the body that asks for a new organization."""
    settings = assigned(values)
    found: OptionValues = {**given("slug", "seed")(values), **situation(values)}
    return {**found, "settings": settings} if settings else found


def assigned(values: OptionValues) -> OptionValues:
    """Return ``NAME=VALUE`` pairs as JSON: values that are no JSON are texts."""
    found = {}
    for name, value in map(pair_of, values["pairs"]):
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

    def body(values: OptionValues) -> OptionValues:
        try:
            return {name: float(values["span"])}
        except ValueError:
            return {name: values["span"]}

    return body


def fresh(values: OptionValues) -> OptionValues:
    """Return which organizations are reset, and what is kept of them.

    Raises:
        Stop: one is named, and all are meant.
    """
    if values["every"] and values["organization"]:
        message = "--all and --organization exclude each other"
        raise Stop(message)
    keep = [name.strip() for name in (values["keep"] or "").split(",") if name.strip()]
    return {"keep": keep, "all": values["every"]}


def frozen(values: OptionValues) -> OptionValues:
    """Return a clock that stands."""
    return {"frozen_at": values["at"]}
