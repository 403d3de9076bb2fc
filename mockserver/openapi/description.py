"""The whole document: components and paths of every declared type, put together by apispec."""

from __future__ import annotations

from typing import Any

from apispec import APISpec

from mockserver.openapi.components import HEADERS, SCHEMAS, responses, security_schemes
from mockserver.openapi.oauth import oauth_paths
from mockserver.openapi.operations import paths_of
from mockserver.openapi.parameters import PAGE, parameters_of
from mockserver.openapi.schemas import schemas_of
from mockserver.resources.registry import registry
from mockserver.version import __version__

OPENAPI = "3.1.0"
TITLE = "Commerce Layer sandbox"


def describe(base_url: str) -> dict[str, Any]:
    """Return the OpenAPI document of the API at a URL.

    Args:
        base_url: scheme and host, without a path.
    """
    spec = APISpec(
        TITLE,
        __version__,
        OPENAPI,
        servers=[{"url": base_url}],
        security=[{"bearer": []}, {"oauth2": []}],
        tags=[{"name": "oauth"}, *({"name": type_} for type_ in sorted(registry()))],
    )
    _add_components(spec, base_url)
    for path, operations in oauth_paths().items():
        spec.path(path, operations=operations)
    for _, resource in sorted(registry().items()):
        for path, operations in paths_of(resource):
            spec.path(path, operations=operations)
    return spec.to_dict()


def _add_components(spec: APISpec, base_url: str) -> None:
    for name, scheme in security_schemes(base_url).items():
        spec.components.security_scheme(name, scheme)
    for name, header in HEADERS.items():
        spec.components.header(name, header)
    for name, response in responses().items():
        spec.components.response(name, response)
    for name, schema in SCHEMAS.items():
        spec.components.schema(name, schema)
    for name, parameter in PAGE.items():
        spec.components.parameter(name, "query", parameter)
    for _, resource in sorted(registry().items()):
        for name, schema in schemas_of(resource):
            spec.components.schema(name, schema)
        for name, parameter in parameters_of(resource):
            spec.components.parameter(name, "query", parameter)
