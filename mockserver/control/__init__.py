"""The control plane of one server, for HTTP below ``/_mock``, Python and the command line alike."""
