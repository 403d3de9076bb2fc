"""The JSON forms of what the control plane is told, beside faults, stubs and clocks."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mockserver.access import MODES
from mockserver.locales import UnknownLocale, locale
from mockserver.oauth.issuing import LIFETIMES
from mockserver.settings import WEBHOOK_CONTENT_TYPES
from mockserver.situations.scenarios import MAXIMUM_CUSTOMERS

#: What of a situation is no record, and can be kept by a reset.
KEPT = ("faults", "stubs", "clock")
SLUG = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
RESERVED_SLUGS = frozenset({"auth", "dashboard", "provisioning", "core"})
MAXIMUM_JOURNAL = 100_000
#: Of records of a kind: more than a machine holds. Of days: a century.
MAXIMUM_HISTORY = 10**9
MAXIMUM_DAYS = 36_500
MAXIMUM_TIMEOUT = 60
MAXIMUM_LIFETIME = 10**9
MAXIMUM_SCALE = 1000
MAXIMUM_DELAY = 10**9
#: Of one customer, at once.
MOST_ORDERS = 100


class Flag(fields.Field):
    """True or false, nothing like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            message = "Not true or false."
            raise ValidationError(message)
        return value


class Seconds(fields.Field):
    """A number of seconds, not below 0."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= MAXIMUM_DELAY:
            message = f"Not a number of seconds up to {MAXIMUM_DELAY}."
            raise ValidationError(message)
        return float(value)


class Locale(fields.Field):
    """A locale of Faker, as Faker writes it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            message = "Not a valid string."
            raise ValidationError(message)
        try:
            return locale(value)
        except UnknownLocale as error:
            message = f"{error}."
            raise ValidationError(message) from None


class Locales(fields.List):
    """Several of them, each once; a single one may stand for itself."""

    def __init__(self, **words: Any) -> None:
        """Declare a list of locales."""
        super().__init__(Locale(), **words)

    def _deserialize(self, value: Any, *rest: Any, **words: Any) -> list[Any]:
        if isinstance(value, str):
            return [self.inner.deserialize(value)]
        return list(dict.fromkeys(super()._deserialize(value, *rest, **words)))


class ResetSchema(Schema):
    """A reset: the kinds it leaves alone, and whether it is one of all organizations."""

    keep = fields.List(
        fields.String(validate=validate.OneOf(KEPT, error=f"Not one of: {', '.join(KEPT)}.")),
        load_default=list,
    )
    all = Flag(load_default=False)


class OrganizationSchema(Schema):
    """A new organization; every member has a default."""

    slug = fields.String(validate=validate.Regexp(f"^{SLUG}$", error="Not a host name's label."))
    customers = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, MAXIMUM_CUSTOMERS)
    )
    locale = Locales(load_default=list)
    scenario = fields.String(load_default=None, allow_none=True)
    seed = fields.Integer(strict=True, load_default=None, allow_none=True)
    settings = fields.Dict(fields.String(), load_default=dict)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("slug") in RESERVED_SLUGS:
            message = "Reserved for a host of the service."
            raise ValidationError(message, "slug")


class SeedSchema(Schema):
    """More random customers, or a named scenario."""

    customers = fields.Integer(strict=True, validate=validate.Range(1, MAXIMUM_CUSTOMERS))
    locale = Locales()
    scenario = fields.String()

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if ("customers" in data) is ("scenario" in data):
            message = "Give one of: customers, scenario."
            raise ValidationError(message)
        if "locale" in data and "scenario" in data:
            message = "A scenario says itself who is in it: it goes with customers."
            raise ValidationError(message, "locale")


class RecordsSchema(Schema):
    """Records of any state, as resource objects."""

    mode = fields.String(load_default="test", validate=validate.OneOf(MODES))
    data = fields.Raw(required=True)


class ShoppingSchema(Schema):
    """Who orders, and how often."""

    mode = fields.String(load_default="test", validate=validate.OneOf(MODES))
    email = fields.String(required=True)
    market = fields.String()
    orders = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MOST_ORDERS))


class AnonymizationSchema(Schema):
    """Who is to be forgotten, and whether at once."""

    mode = fields.String(load_default="test", validate=validate.OneOf(MODES))
    email = fields.String(required=True)
    now = Flag(load_default=False)


class RateLimits(fields.Field):
    """``"off"``, ``"real"``, or ``{"scale": 0.1}``: the real numbers times that."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float | None:
        if value in ("off", "real"):
            return None if value == "off" else 1.0
        scale = value.get("scale") if isinstance(value, dict) and len(value) == 1 else None
        if isinstance(scale, bool) or not isinstance(scale, int | float):
            scale = 0
        if not 0 < scale <= MAXIMUM_SCALE:
            message = f'Not "off", "real" or {{"scale": a number up to {MAXIMUM_SCALE}}}.'
            raise ValidationError(message)
        return float(scale)


class PreferencesSchema(Schema):
    """Preferences of an organization: each differs from the server's, or is left out."""

    webhook_content_type = fields.String(validate=validate.OneOf(WEBHOOK_CONTENT_TYPES))
    strict_filters = Flag()
    anonymization_delay = Seconds()
    job_delay = Seconds()


class SettingsSchema(PreferencesSchema):
    """Settings of run time; members left out stay as they are."""

    rate_limits = RateLimits()
    token_lifetimes = fields.Dict(
        fields.String(validate=validate.OneOf(LIFETIMES)),
        fields.Integer(strict=True, validate=validate.Range(1, MAXIMUM_LIFETIME)),
    )
    service_timeout = fields.Integer(strict=True, validate=validate.Range(1, MAXIMUM_TIMEOUT))
    reuse_tokens = Flag()
    jwt_bearer_requires_enterprise = Flag()
    journal_size = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_JOURNAL))
    history_size = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_HISTORY))
    deliveries_size = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_HISTORY))
    history_days = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_DAYS))
    advice = Flag()
    reason = Flag()
    hsts = Flag()
