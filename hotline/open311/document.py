"""The interface's OpenAPI document, made from what the code answers."""

from typing import Any, Final

from hotline.domain.playbook import Playbook

_TEXT: Final = {"type": "string"}
_MAYBE: Final = {"type": ["string", "null"]}
_NUMBER: Final = {"type": ["number", "null"]}
_SERVICE: Final = {
    "service_code": _TEXT, "service_name": _TEXT, "description": _TEXT, "metadata": {"type": "boolean"},
    "type": _TEXT, "keywords": _TEXT, "group": _TEXT,
}  # fmt: skip
_REQUEST: Final = {
    "service_request_id": _TEXT, "status": {"type": "string", "enum": ["open", "closed"]},
    "status_notes": _TEXT, "service_name": _TEXT, "service_code": _TEXT, "description": _TEXT,
    "agency_responsible": _TEXT, "service_notice": _TEXT,
    "requested_datetime": {"type": "string", "format": "date-time"}, "updated_datetime": _MAYBE,
    "expected_datetime": {"type": "null"}, "address": _TEXT, "address_id": _TEXT, "zipcode": _TEXT,
    "lat": _NUMBER, "long": _NUMBER, "media_url": {"type": "null"},
}  # fmt: skip
_ERROR: Final = {"code": {"type": "integer"}, "description": _TEXT}


def document(playbook: Playbook) -> dict[str, Any]:
    """OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{playbook.programme.name} Open311 GeoReport v2",
            "version": "2.0",
            "description": "Read-only and redacted: kelurahan and hour, no words, no people.",
        },
        "servers": [{"url": "/open311/v2"}],
        "security": [{"bearer": []}, {"api_key": []}],
        "paths": {
            "/services.json": {
                "get": _get("services", "Service", "What can be asked about.", (200, 401, 429))
            },
            "/requests.json": {
                "get": _get("requests", "Request", "The cases that fit.", (200, 400, 401, 429), _FIELDS)
            },
            "/requests/{service_request_id}.json": {
                "get": _get("request", "Request", "One case.", (200, 401, 404, 429), (_NUMBER_IN_PATH,))
            },
        },
        "components": {
            "schemas": {
                "Service": _object(_SERVICE), "Request": _object(_REQUEST), "Error": _object(_ERROR),
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "api_key": {"type": "apiKey", "in": "query", "name": "api_key"},
            },
        },
    }  # fmt: skip


_FIELDS: Final = tuple(
    {"name": name, "in": "query", "required": False, "schema": schema}
    for name, schema in (
        ("service_request_id", _TEXT),
        ("service_code", _TEXT),
        ("start_date", {"type": "string", "format": "date-time"}),
        ("end_date", {"type": "string", "format": "date-time"}),
        ("status", {"type": "string", "enum": ["open", "closed"]}),
    )
)
_NUMBER_IN_PATH: Final = {
    "name": "service_request_id", "in": "path", "required": True,
    "schema": {"type": "string", "pattern": "^[0-9]{4,12}$"},
}  # fmt: skip
TOO_OFTEN: Final = 429
_SAID: Final = {
    200: "What was found.",
    400: "A field makes no sense.",
    401: "The key is missing or not known.",
    404: "There is no such case, or it is not published.",
    429: "The client asked too often; Retry-After says in how many seconds it may again.",
}
_RETRY_AFTER: Final = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties),
            "additionalProperties": False}  # fmt: skip


def _get(
    name: str, schema: str, summary: str, statuses: tuple[int, ...], parameters: tuple[Any, ...] = ()
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "responses": {
            str(status): {
                "description": _SAID[status],
                "headers": _RETRY_AFTER if status == TOO_OFTEN else {},
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "array",
                            "items": {"$ref": f"#/components/schemas/{schema if status == 200 else 'Error'}"},
                        }
                    }
                },
            }
            for status in statuses
        },
    }
