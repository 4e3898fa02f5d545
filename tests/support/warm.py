"""What all apps of a test process read, pack and compile once, since nothing changes it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from models import words
from models.words import Message
from pwa import assets
from pwa.assets import Asset

Builder = Callable[..., Any]
OURS = Path(words.__file__).parents[1] / "translations"


class _Templates(BytecodeCache):
    """Each template's code, as long as its text stays the same."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def _once_a_rule(compiled: Builder) -> Builder:
    """What builds an address depends on the rule's text and defaults alone."""
    made: dict[tuple[object, ...], Any] = {}

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.subdomain, repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compiled(rule, append_unknown)
        return made[key]

    return compile_builder


def _parsed_once(compiled: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """What a rule matches depends on its text alone; only its builders know the rule itself."""
    made: dict[tuple[object, ...], tuple[Any, ...]] = {}

    def compile_rule(rule: Rule) -> None:
        assert rule.map is not None
        own = tuple(rule.map.converters.values())
        key = (rule.rule, rule.subdomain, rule.host, rule.map.host_matching, rule.merge_slashes)
        whole = (*key, repr(rule.defaults), own)
        if whole not in made:
            compiled(rule)
            made[whole] = rule._parts, rule._trace, rule._converters, rule.arguments
            return
        rule._parts, rule._trace, rule._converters, arguments = made[whole]
        rule.arguments |= arguments
        rule._build = rule._compile_builder(False).__get__(rule, None)
        rule._build_unknown = rule._compile_builder(True).__get__(rule, None)

    return compile_rule


def warm() -> None:
    """From here on the second app of a process is there in a tenth of the time."""
    read = words._load
    once = functools.cache(read)

    def load(directory: Path, parts: Sequence[str]) -> dict[str, Message]:
        take = once if OURS in directory.parents else read
        return take(directory, tuple(parts))

    words._load = load
    bodies = assets._bodies
    ours = functools.cache(bodies)
    assets._bodies = lambda root: ours(root) if root == assets.HERE else bodies(root)
    Asset.of = functools.cache(Asset.of)  # type: ignore[method-assign]
    Rule.compile = _parsed_once(Rule.compile)  # type: ignore[method-assign]
    Rule._compile_builder = _once_a_rule(Rule._compile_builder)  # type: ignore[method-assign]
    Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": _Templates()}
