from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import brotli
import pytest

import pwa
from pwa.assets import Asset, Assets, joined_styles

HERE = Path(pwa.__file__).parent


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_the_stylesheets_are_joined_in_the_order_of_their_layers() -> None:
    joined = joined_styles(HERE / "styles").decode()
    places = [joined.index(f"@layer {name} {{") for name in ("reset", "tokens", "base", "layout")]
    assert joined.index("@layer reset, tokens, base, layout, components") < places[0]
    assert places == sorted(places)
    assert joined.index(".button {") < joined.index("@layer utilities {") < joined.index(".sheet {")


def test_every_packing_holds_the_same_file(assets: Assets) -> None:
    for name in assets.names:
        asset = assets.get(assets.hash, name)
        assert asset is not None
        if asset.brotli is None or asset.gzip is None:
            assert name.endswith(".png")
        else:
            assert brotli.decompress(asset.brotli) == gzip.decompress(asset.gzip) == asset.body


def test_a_file_is_packed_once_and_not_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for part in ("styles", "scripts", "icons"):
        shutil.copytree(HERE / part, tmp_path / part)
    packed: list[bytes] = []
    compress = brotli.compress

    def counted(body: bytes, **how: int) -> bytes:
        packed.append(body)
        return bytes(compress(body, **how))

    monkeypatch.setattr(brotli, "compress", counted)
    monkeypatch.setattr(Asset, "of", Asset.of.__wrapped__)  # type: ignore[attr-defined]
    assets = Assets(tmp_path)
    assert packed == []
    for _ in range(2):
        assets.pack()
    assert len(packed) == len([name for name in assets.names if not name.endswith(".png")])


def test_a_change_anywhere_moves_the_whole_tree(assets: Assets, tmp_path: Path) -> None:
    for part in ("styles", "scripts", "icons"):
        shutil.copytree(HERE / part, tmp_path / part)
    assert Assets(tmp_path).hash == assets.hash
    (tmp_path / "scripts" / "main.js").write_text("//")
    assert Assets(tmp_path).hash != assets.hash


def test_an_asset_that_is_not_there_is_a_mistake_of_the_template(assets: Assets) -> None:
    with pytest.raises(KeyError, match="no asset nothing"):
        assets.url("nothing.css")
