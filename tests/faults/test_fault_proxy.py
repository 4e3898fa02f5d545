"""The proxy of the fault tests does what it says, so that a fault in a test was one."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask, Response, request

from tests.support.fault_proxy import BEFORE_THE_TOWN, Fault, FaultProxy, fault_proxy
from tests.support.live import serving

BODY = b"x" * 4000


class Town:
    """Counts what came to it whole."""

    def __init__(self) -> None:
        self.app = Flask("town")
        self.came: list[bytes] = []
        self.second = threading.Event()
        self.app.add_url_rule("/", view_func=self.take, methods=["POST"])

    def take(self) -> Response:
        body = request.get_data()
        if len(body) == request.content_length:
            self.came.append(body)
        if len(self.came) > 1:
            self.second.set()
        return Response(f"number {len(self.came)}", 201)


@pytest.fixture(scope="module")
def _town() -> Iterator[tuple[Town, FaultProxy]]:
    town = Town()
    with serving(town.app) as url, fault_proxy(int(url.rpartition(":")[2])) as proxy:
        proxy.late = 0.01
        yield town, proxy


@pytest.fixture
def town(_town: tuple[Town, FaultProxy]) -> Town:
    _town[0].came.clear()
    _town[0].second.clear()
    return _town[0]


@pytest.fixture
def proxy(_town: tuple[Town, FaultProxy]) -> FaultProxy:
    _town[1].done.clear()
    return _town[1]


def post(proxy: FaultProxy, fault: Fault | None) -> tuple[int, str]:
    proxy.choose = lambda _asked: fault
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)) as phone:
        phone.request("POST", "/", BODY)
        answer = phone.getresponse()
        return answer.status, answer.read().decode()


def test_without_a_fault_it_is_as_if_it_were_not_there(town: Town, proxy: FaultProxy) -> None:
    assert post(proxy, None) == (201, "number 1")
    assert town.came == [BODY]


@pytest.mark.parametrize("fault", sorted(BEFORE_THE_TOWN))
def test_an_answer_made_up_never_reached_the_town(
    town: Town, proxy: FaultProxy, fault: Fault
) -> None:
    status, _ = post(proxy, fault)
    named = {Fault.PORTAL: 200, Fault.MOVED: 301}
    assert status == (named[fault] if fault in named else int(fault))
    assert town.came == []
    assert proxy.done == {fault: 1}


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.CUT_REQUEST])
def test_a_request_cut_short_is_not_taken(town: Town, proxy: FaultProxy, fault: Fault) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        post(proxy, fault)
    assert town.came == []


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.HALF_ANSWER])
def test_a_lost_answer_was_an_answer(town: Town, proxy: FaultProxy, fault: Fault) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        post(proxy, fault)
    assert town.came == [BODY]


def test_a_gateway_that_gave_up_had_asked(town: Town, proxy: FaultProxy) -> None:
    assert post(proxy, Fault.GATEWAY_TIMEOUT)[0] == 504
    assert town.came == [BODY]


def test_a_late_answer_comes(town: Town, proxy: FaultProxy) -> None:
    assert post(proxy, Fault.LATE) == (201, "number 1")


@pytest.mark.parametrize(("fault", "came"), [(Fault.HANG, [BODY]), (Fault.SWALLOWED, [])])
def test_what_is_withheld_ends_with_the_phones_patience(
    town: Town, proxy: FaultProxy, fault: Fault, came: list[bytes]
) -> None:
    proxy.choose = lambda _asked: fault
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=0.3)) as phone:
        phone.request("POST", "/", BODY)
        with pytest.raises(TimeoutError):
            phone.getresponse()
    assert town.came == came


def test_twice_is_twice(town: Town, proxy: FaultProxy) -> None:
    assert post(proxy, Fault.TWICE)[0] == 201
    assert town.second.wait(10)
    assert town.came == [BODY, BODY]


def test_a_stale_answer_is_the_one_before(town: Town, proxy: FaultProxy) -> None:
    post(proxy, None)
    assert post(proxy, Fault.STALE) == (201, "number 1")
    assert len(town.came) == 2


def test_down_is_down_until_it_is_up(town: Town, proxy: FaultProxy) -> None:
    proxy.is_down = True
    with pytest.raises((OSError, http.client.HTTPException)):
        post(proxy, None)
    proxy.is_down = False
    assert post(proxy, None) == (201, "number 1")
