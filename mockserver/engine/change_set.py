"""One create or update: values applied to a draft, effects run, every rule checked.

Nothing is stored here; the engine stores the draft when no rule is broken (conventions.md §17).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import Any

from mockserver.access import Access
from mockserver.engine.leading import lead_here
from mockserver.engine.naming import nameable
from mockserver.engine.record_engine import RecordEngine
from mockserver.engine.relationships import no_linkages
from mockserver.errors import ErrorObject, Refusal, refusal, violation
from mockserver.late_dataclass import dataclass
from mockserver.reasons import reason
from mockserver.schema.casting import is_blank
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Linkage, Relationship
from mockserver.schema.request_documents import Values
from mockserver.schema.validations import InvalidError
from mockserver.schema.vocabulary import Resource
from mockserver.schema.write_plan import WritePlan, write_plan
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Not, both
from mockserver.storage.values import differing


def observed(resource: type[Resource], changed: Collection[str]) -> Sequence[str]:
    """Return the events that follow from which fields are others than before."""
    return [
        event
        for name, event in resource.observed.items()
        if name in changed and event in resource.topics
    ]


@dataclass(slots=True)
class ChangeSet:
    """A draft of a record on its way into the store; what behaviours see of it.

    Attributes:
        engine: the records around.
        resource: the type of the record.
        access: whose request it is.
        record: the draft, which is ours to change.
        before: what is stored now, ``None`` on create.
        member: the attribute whose effect is running.
        called: what the change is called in the history, when not after the action.
        events: the events noted, in order.
        sent: the attributes that were sent, cast.
    """

    engine: RecordEngine
    resource: type[Resource]
    access: Access
    record: Record
    before: Record | None = None
    member: str = ""
    called: str | None = None
    events: list[str] = field(default_factory=list)
    sent: dict[str, Any] = field(default_factory=dict)
    _violations: list[ErrorObject] = field(default_factory=list)
    _afterwards: list[Callable[[], object]] = field(default_factory=list)
    _leftovers: list[Callable[[Sequence[ErrorObject]], object]] = field(default_factory=list)

    @property
    def type_(self) -> str:
        """The type of the record."""
        return self.resource.type_

    def changed(self) -> Collection[str]:
        """Return the fields that the draft has otherwise than what is stored."""
        return differing(self.before or {}, self.record)

    def told(self, changed: Collection[str]) -> Sequence[str]:
        """Return the events that are told once the draft is stored, which changes these fields."""
        if self.before is not None:
            return [*observed(self.resource, changed), *self.events]
        created = ["create"] if "create" in self.resource.topics else []
        return [*created, *self.events]

    def made(self) -> Sequence[str]:
        """Return the attributes that come of the request, secrets apart: all of a new record."""
        attributes = self.resource.attributes
        theirs = attributes if self.before is None else {*self.sent, *self.changed()}
        return [name for name, a in attributes.items() if name in theirs and not a.secret]

    @property
    def is_refused(self) -> bool:
        """Whether any rule is noted as broken already."""
        return bool(self._violations)

    def is_broken(self, name: str) -> bool:
        """Say whether a rule of the attribute is noted as broken already."""
        return any(e["source"]["pointer"] == f"/data/attributes/{name}" for e in self._violations)

    def invalid(
        self, name: str | None, rule: str, *, words: Mapping[str, str] | None = None, **meta: Any
    ) -> None:
        """Note a broken rule of an attribute, a relationship, or the whole record."""
        linked = name in self.resource.relationships
        self._violations.append(violation(name, rule, relationship=linked, words=words, **meta))

    def fire(self, event: str) -> None:
        """Note an event of the record's type."""
        self.events.append(event)

    def after(self, action: Callable[[], object]) -> None:
        """Do something once the record is stored, in the same transaction."""
        self._afterwards.append(action)

    def if_refused(self, action: Callable[[Sequence[ErrorObject]], object]) -> None:
        """Do something should the request be refused, in a transaction of its own."""
        self._leftovers.append(action)

    def leave(self, errors: Sequence[ErrorObject]) -> None:
        """Do what is left to do of a request that was refused with these errors."""
        for action in self._leftovers:
            action(errors)

    def finish(self) -> None:
        """Run what was put off until the record is stored."""
        for action in self._afterwards:
            action()

    def apply(self, values: Values) -> None:
        """Apply the values, run the effects, check every rule.

        Raises:
            Refusal: 404 for a linkage that leads nowhere, 401 for one that leads to what is
                another's; 422 with every broken rule.
        """
        plan = write_plan(self.resource)
        self._cast(values.attributes)
        if self.before is None:
            self.begin()
        else:
            self.record.update({n: v for n, v in self.sent.items() if n in plan.plain})
        for name, linkage in values.linkages.items():
            self._link(name, self.resource.relationships[name], linkage)
        self._run_effects(plan, late=False)
        self._settle_owner()
        self._keep_order(plan)
        self._validate(plan)
        self._run_effects(plan, late=True)
        for check in self.resource.last_checks:
            check(self)
        if self._violations:
            raise Refusal(sorted(self._violations, key=self._place))

    def begin(self) -> None:
        """Fill in a new record, in wire order: what is sent, and what is initial."""
        plan, record, sent = write_plan(self.resource), self.record, self.sent
        record.update({**no_linkages(self.resource), **record})
        for name, initial in plan.initial.items():
            if name in sent and name in plan.plain:
                record[name] = sent[name]
            elif name not in record:
                record[name] = initial(self) if callable(initial) else initial

    def _place(self, error: ErrorObject) -> int:
        """Return where an error stands among the others: in wire order, the whole record last."""
        name = error["source"]["pointer"].rpartition("/")[2]
        members = [*self.resource.attributes, *self.resource.relationships]
        return members.index(name) if name in members else len(members)

    def _cast(self, attributes: Mapping[str, Any]) -> None:
        for name, value in attributes.items():
            attribute = self.resource.attributes[name]
            try:
                self.sent[name] = attribute.cast(value)
            except InvalidError as broken:
                self.invalid(name, broken.rule, **broken.meta)

    def _link(self, name: str, relationship: Relationship, linkage: Linkage) -> None:
        if isinstance(linkage, list):
            linkage = [nameable(self.engine, self.access, name, target) for target in linkage]
        elif linkage:
            linkage = nameable(self.engine, self.access, name, linkage)
        if relationship.inverse:
            here = (self.engine, self.type_, self.record, relationship, linkage)
            self.after(partial(lead_here, *here))
        else:
            self.record.update(relationship.assignment(linkage))

    def _run_effects(self, plan: WritePlan, *, late: bool) -> None:
        for name, attribute, effect in plan.effects:
            if name not in self.sent or attribute.late is not late:
                continue
            if self.sent[name] or not attribute.trigger:
                self.member = name
                self._look_at_named(attribute, self.sent[name])
                effect(self, self.sent[name])

    def _look_at_named(self, attribute: Attribute, id_: str | None) -> None:
        """Refuse an id of what is another's; one of nothing is the effect's own business."""
        type_ = attribute.names
        if type_ and id_ and self.access.is_sales_channel and self.engine.get(type_, id_):
            nameable(self.engine, self.access, self.member, (type_, id_))

    def _settle_owner(self) -> None:
        """Let what a logged customer creates be its own, and refuse to let it be another's.

        authentication.md §13.2.

        A back-end that acts for a customer has the permissions of its role all the same
        (authentication.md §13.3).
        """
        owner = self.resource.owner
        if owner is None:
            return
        bearer = self.access.customer_id
        if bearer is None:
            return
        if self.before is None and not self.record[owner]:
            self.record[owner] = bearer
        elif self.access.is_sales_channel and self.record[owner] not in (None, bearer):
            raise refusal("UNAUTHORIZED", because=reason("permission_of_owner", name=owner))

    def _keep_order(self, plan: WritePlan) -> None:
        """Leave the linked records of a list as they were when they are the same ones: a set."""
        before = self.before or {}
        for name in plan.lists:
            held = before.get(name)
            if held and set(held) == set(self.record[name]):
                self.record[name] = held

    def _validate(self, plan: WritePlan) -> None:
        for name, attribute in plan.required:
            if self._is_blank(name, attribute):
                self.invalid(name, "blank")
        for name, attribute in plan.ruled:
            value = self._value(name, attribute)
            if value is not None and self._is_new(name, value) and not self.is_broken(name):
                self._check_attribute(name, attribute, value)
        for name, relationship in plan.needed:
            if self._is_missing(name, relationship):
                self.invalid(name, "blank")
        for fields in self.resource.uniques:
            self._check_unique_together(fields)
        for check in self.resource.checks:
            check(self)

    def _value(self, name: str, attribute: Attribute) -> Any:
        """Return the value that rules look at: an effect makes something else of what is sent."""
        return self.sent.get(name) if attribute.effect else self.record.get(name)

    def _is_blank(self, name: str, attribute: Attribute) -> bool:
        """Say whether there is nothing where something is required; an update need not send it."""
        if (attribute.effect and self.before is not None) or self.is_broken(name):
            return False
        return is_blank(self._value(name, attribute)) and self._is_required(attribute)

    def _is_new(self, name: str, value: Any) -> bool:
        return self.before is None or value != self.before.get(name)

    def _check_attribute(self, name: str, attribute: Attribute, value: Any) -> None:
        if is_blank(value):
            return
        try:
            attribute.check(value)
        except InvalidError as broken:
            self.invalid(name, broken.rule, **broken.meta)
        else:
            if attribute.unique and self._is_taken((name,)):
                self.invalid(name, "taken", value=value)

    def _is_required(self, member: Attribute | Relationship) -> bool:
        presence = member.presence
        return presence(self.record, self.engine.setting) if callable(presence) else presence

    def _is_missing(self, name: str, relationship: Relationship) -> bool:
        """Say whether a required linkage is absent; what cannot exist here yet is not required."""
        if self.record.get(name):
            return False
        known = any(type_ in self.engine.registry for type_ in relationship.types)
        return known and self._is_required(relationship)

    def _is_taken(self, fields: tuple[str, ...]) -> bool:
        same = (Compare(field, "eq", self.record[field]) for field in fields)
        other = Not(Compare("id", "eq", self.record["id"]))
        return self.engine.partition.count(self.resource.type_, both(*same, other)) > 0

    def _check_unique_together(self, fields: tuple[str, ...]) -> None:
        changed = self.before is None or any(
            self.record.get(field) != self.before.get(field) for field in fields
        )
        complete = all(self.record.get(field) is not None for field in fields)
        if changed and complete and self._is_taken(fields):
            last = fields[-1]
            linked = last in self.resource.relationships
            self.invalid(last, "taken", **({} if linked else {"value": self.record[last]}))
