"""The rules of the house: sizes, who may import whom, and settings that the README tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from models.settings import VARIABLES

ROOT = Path(__file__).parents[1]
PACKAGES = ("blueprints", "models", "pwa")
GENERATED = ("models/migrations/versions/",)
MAY_DECIDE = {"blueprints/access.py", "blueprints/gate.py", "blueprints/nobody_near.py"}


class Cap(NamedTuple):
    """How long a kind of file aims to be, and may be at most."""

    pattern: str
    aim: int
    cap: int


FILES = (
    Cap("*.py", 150, 250),
    Cap("blueprints/**/*.py", 150, 250),
    Cap("models/**/*.py", 150, 250),
    Cap("pwa/**/*.py", 150, 250),
    Cap("tests/**/*.py", 200, 300),
    Cap("blueprints/**/*.html", 40, 120),
    Cap("pwa/**/*.html", 40, 120),
    Cap("pwa/scripts/behaviours/*.js", 40, 150),
    Cap("pwa/**/*.js", 150, 250),
    Cap("pwa/styles/*.css", 80, 200),
)
FUNCTION = Cap("function", 12, 40)
VIEW = Cap("view", 8, 15)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _ours(pattern: str) -> list[Path]:
    return [p for p in sorted(ROOT.glob(pattern)) if not _name(p).startswith(GENERATED)]


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in _ours(f"{package}/**/*.py"):
            yield _name(path), ast.parse(path.read_text("utf-8"))


def _hold(sizes: dict[str, int], cap: Cap) -> None:
    """Print who is over the aim; fail for who is over the cap."""
    over = {name: size for name, size in sizes.items() if size > cap.aim}
    if over:
        told = ", ".join(f"{name} {n}" for name, n in sorted(over.items(), key=lambda x: -x[1]))
        print(f"{cap.pattern} over {cap.aim} lines: {told}")  # noqa: T201 - it is for reading
    assert {name: size for name, size in over.items() if size > cap.cap} == {}


@pytest.mark.parametrize("cap", FILES, ids=lambda cap: cap.pattern)
def test_no_file_is_longer_than_its_cap(cap: Cap) -> None:
    sizes = {_name(p): len(p.read_text("utf-8").splitlines()) for p in _ours(cap.pattern)}
    assert sizes
    _hold(sizes, cap)


def _functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name}:{node.name}", node


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the signature to the end, without docstring and decorators."""
    told = node.body[0]
    is_docstring = isinstance(told, ast.Expr) and isinstance(told.value, ast.Constant)
    docstring = told.end_lineno - told.lineno + 1 if is_docstring and told.end_lineno else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - docstring


def _is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("allow(" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_no_function_is_longer_than_its_cap() -> None:
    _hold({name: _lines(node) for name, node in _functions() if not _is_view(node)}, FUNCTION)


def test_no_view_is_longer_than_its_cap() -> None:
    views = {name: _lines(node) for name, node in _functions() if _is_view(node)}
    assert views
    _hold(views, VIEW)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_door_knows_another_door() -> None:
    doors = {p.name for p in (ROOT / "blueprints").iterdir() if (p / "__init__.py").exists()}
    found = [
        f"{name} imports {imported}"
        for name, tree in _trees()
        if name.startswith("blueprints/") and name.split("/")[1] in doors
        for imported in _imports(tree)
        if imported.startswith("blueprints.")
        and imported.split(".")[1] in doors - {name.split("/")[1]}
    ]
    assert found == []


def test_only_access_and_gate_ask_the_policy_and_doors_name_permissions() -> None:
    names = ("models.policy.Permission", "models.policy.permissions")
    found = [
        f"{name} imports {imported}"
        for name, tree in _trees()
        if name.startswith("blueprints/") and name not in MAY_DECIDE
        for imported in _imports(tree)
        if imported.startswith("models.policy") and not imported.startswith(names)
    ]
    assert found == []


def test_rows_do_not_ask_the_policy() -> None:
    found = [
        f"{name} imports {imported}"
        for name, tree in _trees()
        if name.startswith("models/") and not name.startswith("models/policy/")
        for imported in _imports(tree)
        if imported.startswith("models.policy")
    ]
    assert found == []


def test_the_one_module_of_a_page_has_at_most_three_imports_before_it_can_be_used() -> None:
    module = (ROOT / "pwa/scripts/main.js").read_text("utf-8")
    static = re.findall(r'^(?:import|export)\b[^(]*?["\'](\./.+?)["\'];', module, re.MULTILINE)
    assert 0 < len(static) <= 3
    for name in static:
        nested = (ROOT / "pwa/scripts" / name).read_text("utf-8")
        assert re.search(r"^(?:import|export .* from)\b", nested, re.MULTILINE) is None, name


def test_only_what_starts_a_process_reads_the_environment() -> None:
    reads = re.compile(r"os\.(environ|getenv)\b(?! \|)")
    found = [
        name
        for package in PACKAGES
        for path in _ours(f"{package}/**/*.py")
        if reads.search(path.read_text("utf-8")) and (name := _name(path))
    ]
    assert found == ["pwa/__main__.py"]


def test_only_one_script_opens_the_phones_store() -> None:
    found = [_name(p) for p in _ours("pwa/**/*.js") if "indexedDB.open" in p.read_text("utf-8")]
    assert found == ["pwa/scripts/store.js"]


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{name}:{node.name}"
        for name, tree in _trees()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_the_readme_tells_every_setting_and_no_other() -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("\n## Settings\n")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", table, re.MULTILINE)
    assert [row[0] for row in rows] == list(VARIABLES)
    assert all(all(cell.strip() for cell in row) for row in rows)


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b|mark\.(skip|xfail)")
    found = [
        _name(path)
        for pattern in ("**/*.py", "**/*.html", "**/*.js", "**/*.css")
        for folder in (*PACKAGES, "tests")
        for path in (ROOT / folder).glob(pattern)
        if path != Path(__file__) and marks.search(path.read_text("utf-8"))
    ]
    assert found == []
