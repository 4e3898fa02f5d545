"""The document of the JSON door is valid, and complete: every route and every status in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

import blueprints.api
from tests import town
from tests.town import Cast, fields

METHODS = {"get", "post", "put", "patch", "delete"}
PROBLEM = "#/components/responses/"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return found


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_and_method_stands_in_it_and_nothing_else(
    app: Flask, document: dict[str, Any]
) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?\w+>", "{id}", rule.rule), method.lower(), rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.endpoint.startswith("api.")
        for method in rule.methods or ()
        if method.lower() in METHODS
    }
    told = {
        (path, method, f"api.{operation['operationId']}")
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }
    assert told == routes


def test_every_status_that_the_code_names_stands_in_it(document: dict[str, Any]) -> None:
    named = set()
    for file in Path(blueprints.api.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, int):
                named |= {node.value} & set(range(200, 600))
    told = {
        int(status)
        for item in document["paths"].values()
        for method, operation in item.items()
        if method in METHODS
        for status in operation["responses"]
        if status != "default"
    }
    assert named <= told


def test_every_named_part_is_used_and_every_used_one_is_named(document: dict[str, Any]) -> None:
    text = str(document)
    for kind, parts in document["components"].items():
        if kind != "securitySchemes":
            assert all(f"'#/components/{kind}/{name}'" in text for name in parts)


def test_answers_keep_to_it(client: FlaskClient, cast: Cast, document: dict[str, Any]) -> None:
    from openapi_schema_validator import OAS31Validator

    def holds(schema: str, instance: object) -> None:
        root = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
        OAS31Validator(root).validate(instance)

    town.signed_in(client, client.application.extensions["kizuki"].store, cast.suzuki)
    token, raw = town.csrf(client), fields()
    path = "/api/v1/observations"
    holds("Note", raw)
    taken = client.post(path, json=raw, headers=token).get_json()
    holds("Acceptance", taken)
    holds("HoursTold", taken["hours"])
    holds("Problem", client.post(path, json={}, headers=token).get_json())
    second = client.post(path, json=raw | {"words": "べつのこと"}, headers=token).get_json()
    holds("KeptConflict", second)
    holds("Summary", client.get(path).get_json()["observations"][0])
    holds("Thread", client.get(f"{path}/{raw['id']}").get_json())
    holds("Key", client.get("/api/v1/key").get_json())
    holds("Readiness", client.get("/readyz").get_json())
    holds("Desk", client.get("/api/v1/desks?postal_code=510-0001").get_json()["desks"][0]["desk"])
