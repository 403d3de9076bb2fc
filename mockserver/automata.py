"""Matches regular expressions in time that grows with the text, whatever the expression.

Python's own matcher tries one way after the other, and ``(a+)+$`` has it try for ever. This one
goes through the text once and keeps the set of all places in the expression that it can be at. It
remembers which set follows from which, so that a letter costs a look-up most of the time.

Looking ahead is a search of its own from the end of the text to its beginning, looking behind one
from the beginning; so is whatever else a position must satisfy known before the search begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import reduce
from itertools import chain

from mockserver.effort import spend
from mockserver.late_dataclass import dataclass

#: The most places that an expression may consist of.
LARGEST = 5_000
#: How many places the sets that are remembered may have together: now, and until the next text.
REMEMBERED, KEPT = 200_000, 20_000
#: Steps of work that a place costs, where a set is not known yet.
COST = 15
#: Of a text after its last letter.
END = ""

Test = Callable[[str], object]
#: Says of each position in a text, its end included, whether a condition holds there.
Survey = Callable[[str], bytes]


class TooLarge(ValueError):  # noqa: N818 - what the expression is
    """An expression has more places than can be looked after."""


# --- the parts of an expression -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class One:
    """One letter of a kind."""

    test: Test


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts, one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the parts."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part, so many times; without a limit where there is no most."""

    part: Part
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Here:
    """A condition on the position, which must hold or must not."""

    survey: Survey
    wanted: bool = True


Part = One | Sequence | Choice | Repeated | Here


# --- an expression as a network of places --------------------------------------------------------


@dataclass(slots=True)
class Place:
    """One place in an expression.

    Attributes:
        leads: to these places, with nothing between; after the letter, where there is a test.
        test: of the letter that must come next.
        condition: number of the survey that must agree, and with what.
    """

    leads: list[int]
    test: Test | None = None
    condition: tuple[int, bool] | None = None


@dataclass(slots=True)
class Network:
    """The places of an expression, the first of which is its end."""

    backwards: bool
    places: list[Place] = field(default_factory=lambda: [Place([])])
    surveys: list[Survey] = field(default_factory=list)

    def add(self, part: Part, after: int) -> int:
        """Add a part that leads to a place, and return the place it begins at.

        Raises:
            TooLarge: there are too many.
        """
        match part:
            case One(test):
                return self._place([after], test=test)
            case Sequence(parts):
                ordered = parts if self.backwards else reversed(parts)
                return reduce(lambda then, each: self.add(each, then), ordered, after)
            case Choice(parts):
                return self._place([self.add(each, after) for each in parts])
            case Repeated():
                return self._repeated(part, after)
            case Here(survey, wanted):
                if survey not in self.surveys:
                    self.surveys.append(survey)
                return self._place([after], condition=(self.surveys.index(survey), wanted))

    def _repeated(self, repeated: Repeated, after: int) -> int:
        part, least, most = repeated.part, repeated.least, repeated.most
        first, copies = after, least
        if most is None:
            again = self._place([after])
            once = self.add(part, again)
            self.places[again].leads.append(once)
            first, copies = (once, least - 1) if least else (again, 0)
        for _ in range((most or least) - least):
            first = self._place([self.add(part, first), after])
        for _ in range(copies):
            before, first = first, self.add(part, first)
            if first == before:
                # Of what is nothing, nothing comes however often.
                break
        return first

    def _place(
        self,
        leads: list[int],
        test: Test | None = None,
        condition: tuple[int, bool] | None = None,
    ) -> int:
        if len(self.places) > LARGEST:
            raise TooLarge
        self.places.append(Place(leads, test, condition))
        return len(self.places) - 1


# --- a text on its way through -------------------------------------------------------------------

#: What a position is known by: its letter, behind what the surveys say of it if there are any.
Token = str | tuple[int | str, ...]


class Stand:
    """A set of places, and where each token leads from there, perhaps past the end."""

    __slots__ = ("next", "places")

    def __init__(self, places: frozenset[int]) -> None:
        """Stand at these places."""
        self.places = places
        self.next: dict[Token, tuple[Stand, bool]] = {}


class Automaton:
    """Finds an expression in texts."""

    def __init__(self, part: Part, *, backwards: bool = False) -> None:
        """Find a part, reading from the beginning or from the end.

        Raises:
            TooLarge: it has too many places.
        """
        self._network = Network(backwards)
        self._first = self._network.add(part, 0)
        self._forget()

    def is_in(self, text: str) -> bool:
        """Say whether some of the text matches.

        Raises:
            Refusal: 400, it is too much work for one request.
        """
        return any(self._matches(text))

    def survey(self, text: str) -> bytes:
        """Say of each position whether a match ends there: where it begins, if read backwards."""
        found = bytes(self._matches(text))
        return found[::-1] if self._network.backwards else found

    def _matches(self, text: str) -> Iterator[bool]:
        """Yield for one position after the other whether a match gets there."""
        spend(len(text) * (1 + len(self._network.surveys)))
        if self._size > KEPT:
            self._forget()
        stand = self._start
        for token in self._tokens(text):
            stand, matched = stand.next.get(token) or self._follow(stand, token)
            yield matched

    def _tokens(self, text: str) -> Iterable[Token]:
        backwards, surveys = self._network.backwards, self._network.surveys
        letters = chain(reversed(text) if backwards else text, (END,))
        if not surveys:
            return letters
        found = [survey(text) for survey in surveys]
        return zip(*(each[::-1] if backwards else each for each in found), letters, strict=True)

    def _forget(self) -> None:
        self._size = 0
        self._stands: dict[frozenset[int], Stand] = {}
        self._start = self._stand(frozenset((self._first,)))

    def _stand(self, places: frozenset[int]) -> Stand:
        known = self._stands.get(places)
        if known is None:
            self._size += len(places)
            known = self._stands[places] = Stand(places)
        return known

    def _follow(self, stand: Stand, token: Token) -> tuple[Stand, bool]:
        """Find out where a token leads, and remember it."""
        if self._size > REMEMBERED:
            self._forget()
        letter, counts = (token, ()) if isinstance(token, str) else (str(token[-1]), token[:-1])
        reached = self._reached(stand.places, counts)
        spend(COST * len(reached))
        # A match may begin anywhere.
        after = {self._first}
        tested: dict[Test, object] = {}
        for place in (self._network.places[number] for number in reached):
            if place.test is not None and letter != END:
                if place.test not in tested:
                    tested[place.test] = place.test(letter)
                if tested[place.test]:
                    after.update(place.leads)
        followed = self._stand(frozenset(after)), 0 in reached
        stand.next[token] = followed
        self._size += 1
        return followed

    def _reached(self, places: Iterable[int], counts: tuple[int | str, ...]) -> set[int]:
        """Return the places that are reached before the next letter."""
        reached, open_ = set(places), list(places)
        while open_:
            place = self._network.places[open_.pop()]
            if place.test is not None:
                continue
            if place.condition and counts[place.condition[0]] != place.condition[1]:
                continue
            fresh = [number for number in place.leads if number not in reached]
            reached.update(fresh)
            open_ += fresh
        return reached


# --- conditions on a position --------------------------------------------------------------------


def ahead(part: Part) -> Survey:
    """Return the survey of where a match of the part begins."""
    return Automaton(part, backwards=True).survey


def behind(part: Part) -> Survey:
    """Return the survey of where a match of the part ends."""
    return Automaton(part).survey


def _between(expression: str, flags: int = 0) -> Survey:
    """Return the survey of where an expression without width matches; a safe one of ours."""
    found = re.compile(expression, flags).finditer

    def survey(text: str) -> bytes:
        surveyed = bytearray(len(text) + 1)
        for match in found(text):
            surveyed[match.start()] = 1
        return bytes(surveyed)

    return survey


def _start(text: str) -> bytes:
    return b"\1" + bytes(len(text))


def _finish(text: str) -> bytes:
    return bytes(len(text)) + b"\1"


START, FINISH = Here(_start), Here(_finish)
LINE_START, LINE_FINISH = Here(_between("^", re.MULTILINE)), Here(_between("$", re.MULTILINE))
#: The end, or what is before a line feed at the end.
LAST_LINE_FINISH = Here(_between("$"))
_WORD_EDGE = _between(r"\b")
WORD_EDGE, NO_WORD_EDGE = Here(_WORD_EDGE), Here(_WORD_EDGE, wanted=False)
