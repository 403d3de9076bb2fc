"""The words of a declaration: ``attribute``, ``trigger``, ``to_one``, ``to_many`` and others.

A resource type is one class, a ``marshmallow_jsonapi.Schema``, whose members carry the five flags
of the real service. Everything else reads the declaration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from mockserver.access import Access
from mockserver.schema.blocks import Block, Declaration, Named
from mockserver.schema.documents import DocumentSchema
from mockserver.schema.internals import Internal
from mockserver.schema.members import Attribute
from mockserver.schema.permits import CLOSED, Permit, Scoped
from mockserver.schema.personal import cleared, emptied
from mockserver.schema.protocols import (
    Change,
    Check,
    Due,
    Effect,
    Engine,
    Job,
    Merged,
    QueryScope,
    Scope,
    Sent,
)
from mockserver.schema.relationships import Relationship
from mockserver.schema.validations import Validation
from mockserver.storage.base import SERIAL, Kind, Record
from mockserver.storage.conditions import EVERYTHING, Condition

#: How far an include path leads (conventions.md §12).
MAXIMUM_INCLUDE_DEPTH = 6
ACTIONS = ("list", "retrieve", "create", "update", "delete")


class Resource(DocumentSchema, metaclass=Declaration):
    """A resource type, ``class Tag(Resource, type_="tags")``: members in wire order, and the rest.

    Attributes:
        type_: the type; none for what several declarations share.
        internals: what its records hold and no document shows, by name; see ``internal``.
        actions: what ``/api/{type}`` answers to, of the vendor's five words; none: a type that
            only the service uses.
        family: the type that this one is a kind of, which lists and returns it among its others
            (commerce.md §1); they share numbers and ids, and records say their kind in ``type``.
        shows: the type whose records it shows under a name of its own, a former one for instance.
        deprecated: whether the vendor's metadata calls all of it so.
        sample: what a record that is of use has beside what is required: names of members.
        portable: whether snapshots take its records along.
        expendable: which of its records are forgotten once there are too many, or they are too
            old; ``None``: none.
        limited_by: the preference that says how many of them are kept.
        singleton: the path segment of a type that exists once, without an id.
        cacheable: whether the edge caches it: other headers and rate limits (conventions.md §14).
        topics: the events of the type (customers.md §16).
        always_told: those of them that webhooks are told of where events are muted too; see
            ``Engine.transaction``.
        checks: refusals beyond those of single fields, run in this order; a check may also
            complete the draft with what follows from its linkages.
        last_checks: those that come after late effects as well: they look at what the record
            has become.
        observed: the fields whose change is told of, with the event it is told as.
        jobs: what is done later, by name; see ``Engine.schedule``.
        due: when those jobs are done that follow from moments of the record itself, by name: the
            engine schedules them, and calls them off, however a record came to be as it is.
        follows: what is done to a record when an event happens to one it leads to: by the
            stored to-one, which may be hidden, then by the event, ``{"order": {"place": ...}}``
            for instance.
        failures: what happens instead when a job fails, by the name of the job.
        for_guests: what a sales channel may do without a logged customer.
        for_customers: the same with one, who inherits nothing from guests.
        scoped: which records a token with markets in scope sees, whatever its kind; none: all.
        for_kinds: the kinds of applications that alone may reach it; none: every kind.
        extra_filters: top-level filter names beside those the flags give, with their path, and
            a predicate behind it where it is not an exact one.
        list_scopes: top-level filter names that choose records by what is around them, with what
            gives the ids of those, and what each shows there.
        query_scopes: names in ``filter[q]`` that are no predicates, with what they demand.
        uniques: groups of fields that are unique together; the last one is blamed.
        import_key: what an import knows a record by, besides its id; none: the first unique
            attribute or group.
        import_parent: the to-one that the parent of an import's rows is of; ``None``: the first
            that is required.
    """

    internals: ClassVar[Mapping[str, Internal]]
    family: ClassVar[str | None] = None
    shows: ClassVar[str | None] = None
    deprecated: ClassVar[bool] = False
    sample: ClassVar[Sequence[str]] = ()
    portable: ClassVar[bool] = True
    expendable: ClassVar[Condition | None] = None
    limited_by: ClassVar[str] = "history_size"
    actions: ClassVar[Sequence[str]] = ACTIONS
    cacheable: ClassVar[bool] = False
    topics: ClassVar[Sequence[str]] = ()
    always_told: ClassVar[Sequence[str]] = ()
    checks: ClassVar[Sequence[Check]] = ()
    last_checks: ClassVar[Sequence[Check]] = ()
    observed: ClassVar[Mapping[str, str]] = {"metadata": "metadata_update", "tags": "tagged"}
    jobs: ClassVar[Mapping[str, Job]] = {}
    due: ClassVar[Mapping[str, Due]] = {}
    follows: ClassVar[Mapping[str, Mapping[str, Job]]] = {}
    failures: ClassVar[Mapping[str, Job]] = {}
    for_guests: ClassVar[Permit] = CLOSED
    for_customers: ClassVar[Permit] = CLOSED
    scoped: ClassVar[Scoped | None] = None
    for_kinds: ClassVar[frozenset[str]] = frozenset()
    extra_filters: ClassVar[Mapping[str, str]] = {}
    list_scopes: ClassVar[Mapping[str, Scope]] = {}
    query_scopes: ClassVar[Mapping[str, QueryScope]] = {}
    uniques: ClassVar[Sequence[tuple[str, ...]]] = ()
    import_key: ClassVar[Sequence[str]] = ()
    import_parent: ClassVar[str | None] = None

    @staticmethod
    def deletable(record: Record) -> bool:  # noqa: ARG004 - for those that override it
        """Say whether the record's own state allows deleting it; otherwise 423."""
        return True

    @staticmethod
    def locked(engine: Engine, record: Record) -> bool:  # noqa: ARG004 - for those that override it
        """Say whether something around the record forbids deleting it: 423."""
        return False

    @staticmethod
    def kept(engine: Engine, record: Record) -> bool:  # noqa: ARG004 - for those that override it
        """Say whether requests may not delete it, though it goes with what it is of: 423."""
        return False

    @staticmethod
    def leaving(engine: Engine, record: Record) -> None:
        """Settle what outlasts the record, before it and all that goes with it are removed."""

    @staticmethod
    def removed(engine: Engine, record: Record) -> None:
        """Settle what follows for others once the record, and all that goes with it, is gone."""

    @staticmethod
    def merged(engine: Engine, attributes: Sent, linkages: Sent) -> Merged | None:  # noqa: ARG004 - likewise
        """Return the id of the record that a create request adds to, and what becomes of that.

        ``None``, as nearly always, when a new record is to be made.
        """
        return None

    @staticmethod
    def of_bearer(access: Access) -> Condition:  # noqa: ARG004 - for those that override it
        """Return which record is the one of a singleton that the bearer stands in."""
        return EVERYTHING

    #: Follow from the members, as the members by kind do.
    hidden: ClassVar[Mapping[str, Relationship]]
    owner: ClassVar[str | None]
    filters: ClassVar[Sequence[str]]


def attribute(kind: Kind, flags: str, **words: Any) -> Attribute:
    """Declare an attribute.

    Args:
        kind: the JSON kind, ``string`` or ``datetime`` for instance.
        flags: of ``CURfs``.
        **words: ``required`` (true, or a function of the record and of the organization's
            settings), ``unique`` (within organization and mode), ``indexed`` (looked up by),
            ``enum``, ``also`` (what is taken besides), ``validate`` (a rule, or several),
            ``normalise`` (before validation),
            ``initial`` (a value, or a function of the change, when nothing was sent), ``derive``
            (computed when read, from the record alone), ``derive_from`` (the same, from the view
            around it as well: token, other records, clock, URL), ``stored`` (a value is stored for
            all that, and filtered by), ``delegate`` (``"customer.email"``: read, and filtered,
            through a to-one), ``effect`` (done instead of storing), ``late`` (the effect comes
            after the checks), ``predicates`` (filter predicates allowed in spite of the flags),
            ``prohibited`` (to sales channels), ``alone`` (``"read"``: shown of a record that is
            read by itself, and nowhere else; ``"written"``: also in the answer to a write),
            ``caster`` (takes more than the kind does), ``exported`` (false: no export shows it),
            ``names`` (the id that is sent is that of a record of this type, which the bearer has to
            be allowed to see), ``secret``
            (withheld from whoever may not read the record, its maker included), ``digest``
            (a digest of it is kept, and shown to nobody), ``personal`` (what an anonymization makes
            of it, see ``schema.personal``; false: it tells of nobody), ``deprecated`` (by the
            vendor's metadata), ``example`` (a value that it may have, where kind, ``enum`` and
            rules do not say so; ``{}`` in a text stands for something else each time).
    """
    return Attribute(kind, flags, **words)


def trigger(effect: Effect | None = None, flags: str = "U", **words: Any) -> Attribute:
    """Declare a command attribute that fires when its value is true; no effect: accepted."""
    return Attribute("boolean", flags, effect=effect, trigger=True, **words)


def internal(
    kind: Kind, *, validate: Validation | Sequence[Validation] = (), **words: Any
) -> Internal:
    """Declare what records hold and no document shows.

    Args:
        kind: the JSON kind.
        validate: a rule, or several.
        **words: ``required`` (there, and never null), ``enum``, ``indexed`` (looked up by),
            ``references`` (the types whose ids it holds).
    """
    rules = (validate,) if isinstance(validate, Validation) else tuple(validate)
    return Internal(kind, rules=rules, **words)


def to_one(target: str | Sequence[str], flags: str = "", **words: Any) -> Relationship:
    """Declare a to-one relationship, stored here unless virtual.

    Args:
        target: the type, or the list of types of a polymorphic relationship.
        flags: of ``CURfs``.
        **words: ``required``; ``virtual`` (always empty) or ``targets`` (computed from the
            record and the token) or ``lending`` (the same, with what each of them shows when it is
            reached this way) or ``shows`` (of one that is stored: where it leads as it is read);
            ``view_of`` (the polymorphic to-one, stored here, of which this is what it is called
            when it leads to this type); ``on_delete`` (what happens to this
            record when the target goes: ``restrict``, ``cascade``, ``cascade_unless_held`` (where
            something restricts its own deletion it stays, and lets go), ``set_null``, ``keep``);
            ``hidden`` (stored, not part of the document); ``prohibited`` (to sales channels, as
            the vendor's metadata flags it); ``closed_to_sales_channels`` (by the contract alone);
            ``exported`` (false: no export shows it); ``owner`` (the customer the record belongs
            to: the logged one, where none is named, and no other); ``personal`` (what it leads to
            tells of the customer of this record, and is forgotten with it); ``on_anonymize``
            (``keep``, or ``delete``: this record goes when the customer is forgotten);
            ``deprecated``.
    """
    return Relationship(target, flags, many=False, **words)


def to_many(target: str | Sequence[str], flags: str = "", **words: Any) -> Relationship:
    """Declare a to-many relationship.

    Args:
        target: the type, or the list of types of a polymorphic relationship.
        flags: of ``CURfs``; a creatable one is stored here as a list of ids.
        **words: as for :func:`to_one`, and ``inverse`` (the to-one, or the hidden one, of the
            target type that holds the linkage), ``through`` (the type whose records stand between,
            their to-one that leads here and the one that leads there), ``includable``.
    """
    return Relationship(target, flags, many=True, **words)


def identifier() -> Attribute:
    """Declare ``id``."""
    return Attribute("string", "Rfs")


def kind(enum: Sequence[str]) -> Attribute:
    """Declare ``type`` of a family: which of these kinds the record is."""
    return Attribute("string", "Rfs", enum=enum)


def serial() -> Attribute:
    """Declare ``number`` where it is the record's own integer."""
    return Attribute("integer", "R", derive=lambda record: record[SERIAL])


def own_number(change: Change) -> str:
    """Return the record's own integer as text: what ``number`` is when it is a string."""
    return str(change.record[SERIAL])


def moment() -> Attribute:
    """Declare ``created_at`` or ``updated_at``."""
    return Attribute("datetime", "Rfs")


def reference(*, personal: bool = False) -> Attribute:
    """Declare ``reference`` or ``reference_origin``: free text, not unique."""
    return Attribute("string", "CURfs", personal=personal and cleared)


def metadata(*, personal: bool = False) -> Attribute:
    """Declare ``metadata``: a free JSON object, replaced as a whole."""
    return Attribute("object", "CURf", initial=lambda _: {}, personal=personal and emptied)


def base_attributes(*between: Block, personal: bool = False, **before_metadata: Attribute) -> Block:
    """Declare what nearly every type has: ``id``, both moments, both references, ``metadata``.

    Args:
        *between: what stands between ``id`` and ``created_at``.
        personal: whether references and metadata tell of a person.
        **before_metadata: what stands between ``reference_origin`` and ``metadata``.
    """
    blocks = {str(number): block for number, block in enumerate(between)}
    return Named(
        {
            "id": identifier(),
            **blocks,
            "created_at": moment(),
            "updated_at": moment(),
            "reference": reference(personal=personal),
            "reference_origin": reference(personal=personal),
            **before_metadata,
            "metadata": metadata(personal=personal),
        }
    )


def named(**members: Any) -> Block:
    """Declare members whose names Python has another use for, such as ``return``."""
    return Named(members)


def event_stores() -> Relationship:
    """Declare the change history that nearly every type links to and none includes."""
    return to_many("event_stores", virtual=True, includable=False, history=True, exported=False)
