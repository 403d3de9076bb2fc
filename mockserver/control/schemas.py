"""The JSON forms of what the control plane is told, beside faults, stubs and clocks."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mockserver.access import MODES

SLUG = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
RESERVED_SLUGS = frozenset({"auth", "dashboard", "provisioning", "core"})
MAXIMUM_CUSTOMERS = 1_000_000
MAXIMUM_JOURNAL = 100_000
MAXIMUM_SCALE = 1000


class OrganizationSchema(Schema):
    """A new organization; every member has a default."""

    slug = fields.String(validate=validate.Regexp(f"^{SLUG}$", error="Not a host name's label."))
    customers = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, MAXIMUM_CUSTOMERS)
    )
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
    scenario = fields.String()

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            message = "Give one of: customers, scenario."
            raise ValidationError(message)


class RecordsSchema(Schema):
    """Records of any state, as resource objects."""

    mode = fields.String(load_default="test", validate=validate.OneOf(MODES))
    data = fields.Raw(required=True)


class RateLimits(fields.Field):
    """``"off"``, ``"real"``, or ``{"scale": 0.1}``: the real numbers times that."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_: Any) -> float | None:
        if value == "off":
            return None
        if value == "real":
            return 1.0
        scale = value.get("scale") if isinstance(value, dict) and len(value) == 1 else None
        number = isinstance(scale, int | float) and not isinstance(scale, bool)
        if not number or not 0 < scale <= MAXIMUM_SCALE:  # type: ignore[operator]  # a number by now
            message = 'Not "off", "real" or {"scale": a positive number}.'
            raise ValidationError(message)
        return float(scale)  # type: ignore[arg-type]  # a number by now


class SettingsSchema(Schema):
    """What can be set at run time; members left out stay as they are."""

    rate_limits = RateLimits()
    token_lifetimes = fields.Dict(
        fields.String(), fields.Integer(strict=True, validate=validate.Range(1, 10**9))
    )
    lenient_filters = fields.Boolean(truthy={True}, falsy={False})
    reuse_tokens = fields.Boolean(truthy={True}, falsy={False})
    advice = fields.Boolean(truthy={True}, falsy={False})
    journal_size = fields.Integer(strict=True, validate=validate.Range(0, MAXIMUM_JOURNAL))
