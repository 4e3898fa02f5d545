"""Whatever fits the OpenAPI document, and whatever does not, gets an answer that stands in it."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from tests.attacks.served import Served
from tests.conftest import EVERYTHING

EACH = 50 if EVERYTHING else 3
"""How many requests of either kind each operation gets."""
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
NO_STORE_BEHIND = "/readyz"
"""Says 503 where no worker runs, and none does here."""


def _is_asked_for_something(operation: schemathesis.schemas.APIOperation) -> bool:
    """Whether there is anything that could be wrong."""
    return any([*operation.path_parameters, *operation.query, *operation.headers])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_every_answer_stands_in_the_document(
    here: Served, mode: GenerationMode, is_signed_in: bool
) -> None:
    document = schemathesis.openapi.from_url(f"{here.origin}/api/v1/openapi.json")
    suzuki = here.person(here.cast.suzuki)
    own = {"Cookie": f"kizuki={suzuki.cookie}", "X-CSRFToken": suzuki.token}
    operations = [found.ok() for found in document.get_all_operations()]
    if mode is GenerationMode.NEGATIVE:
        operations = [one for one in operations if one.body or _is_asked_for_something(one)]
    assert len(operations) > 10
    for operation in operations:

        @settings(
            max_examples=EACH,
            derandomize=not EVERYTHING,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def look(case: schemathesis.Case) -> None:
            answer = case.call(headers=own if is_signed_in else None)
            faults = [] if case.path == NO_STORE_BEHIND else [not_a_server_error]
            case.validate_response(answer, checks=[*CHECKS, *faults])

        look()
