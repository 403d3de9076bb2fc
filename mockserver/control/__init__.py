"""The control plane: worlds, situations, time, faults, stubs and the journal of one server.

One implementation; HTTP below ``/_mock``, the Python interface and the command line all call it.
"""
