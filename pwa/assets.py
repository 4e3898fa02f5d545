"""The asset tree: every file under one hash, joined at start and compressed once."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli

HERE = Path(__file__).parent
STYLESHEET = "kizuki.css"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_LAYER_ORDER = re.compile(r"@layer ([\w, ]+);")
_LAYER = re.compile(r"@layer (\w+) \{")


@dataclass(frozen=True)
class Asset:
    """One file in the forms in which it may be sent; compressed when first asked for."""

    body: bytes
    content_type: str
    is_text: bool

    @classmethod
    def of(cls, body: bytes, suffix: str) -> Asset:
        """The file; a picture is packed in itself."""
        return cls(body, TYPES[suffix], is_text=suffix != ".png")

    @cached_property
    def brotli(self) -> bytes | None:
        """None where it would not help."""
        if not self.is_text:
            return None
        return bytes(brotli.compress(self.body, mode=brotli.MODE_TEXT, quality=11))

    @cached_property
    def gzip(self) -> bytes | None:
        """None where it would not help."""
        return gzip.compress(self.body, 9, mtime=0) if self.is_text else None


class Assets:
    """All assets by their path below /assets/<hash>/."""

    def __init__(self, root: Path = HERE) -> None:
        bodies = _bodies(root)
        self.hash = _hash(bodies)
        self._files = {name: Asset.of(body, Path(name).suffix) for name, body in bodies.items()}

    @property
    def names(self) -> list[str]:
        """The paths of all assets."""
        return list(self._files)

    def get(self, tree: str, name: str) -> Asset | None:
        """The asset, or None where either this tree or this file is not ours."""
        return self._files.get(name) if tree == self.hash else None

    def pack(self) -> None:
        """Compress everything now: half a second, in which nobody waits for a page yet."""
        for asset in self._files.values():
            _ = asset.brotli, asset.gzip

    def url(self, name: str) -> str:
        """The address of an asset; an unknown name is a mistake of the template."""
        if name not in self._files:
            raise KeyError(f"no asset {name}")
        return f"/assets/{self.hash}/{name}"


def joined_styles(folder: Path) -> bytes:
    """All stylesheets as one, in the order of the layers that layers.css declares."""
    first = folder / "layers.css"
    declared = _LAYER_ORDER.search(first.read_text("utf-8"))
    assert declared, "layers.css declares the order of the layers"
    order = [name.strip() for name in declared[1].split(",")]
    rest = sorted(
        (path for path in folder.glob("*.css") if path != first),
        key=lambda path: (order.index(_layer_of(path)), path.name),
    )
    return b"\n".join(path.read_bytes() for path in (first, *rest))


def _layer_of(path: Path) -> str:
    found = _LAYER.search(path.read_text("utf-8"))
    assert found, f"{path.name} names its layer"
    return found[1]


def _bodies(root: Path) -> dict[str, bytes]:
    scripts = root / "scripts"
    bodies = {STYLESHEET: joined_styles(root / "styles")}
    for path in sorted(scripts.rglob("*.js")):
        bodies[path.relative_to(scripts).as_posix()] = path.read_bytes()
    for path in sorted((root / "icons").iterdir()):
        bodies[path.name] = path.read_bytes()
    return bodies


def _hash(bodies: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, body in bodies.items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(body).digest())
    return whole.hexdigest()[:16]
