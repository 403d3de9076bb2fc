"""Behaviour of the types beyond being stored, by domain."""

from mockserver.deferral import defer

# A process runs little of it: a declaration is read without what it names being loaded.
defer(__name__)
