"""The API described for tools: an OpenAPI 3.1 document, made from the declarations."""
