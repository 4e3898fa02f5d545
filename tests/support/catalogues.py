"""Which words the sources use, and which the catalogues hold; `make i18n` compares them.

Run as a program, it adds an empty entry for every key that a language lacks, and says which
entries are empty and which are used nowhere.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from models.words import LOCALES
from tests.support.tails import Tails

ROOT = Path(__file__).parents[2]
DOMAINS = sorted(p.stem for p in (ROOT / "translations/ja/LC_MESSAGES").glob("*.po"))
KEY = re.compile(rf"[\"']((?:{'|'.join(DOMAINS)})\.[a-z0-9_]+(?:\.[a-z0-9_]+)*\.?)(?![\w/-])")
# In Python and in templates a key may be put together: "reply." ~ code, f"sign.{code}".
OPEN_KEY = re.compile(
    rf"((?:{'|'.join(DOMAINS)})\.(?:[a-z0-9_]+\.)*[a-z0-9_]*)(?:[\"'] ?[~+%]|\{{)"
)

# Columns and views are named in the same way, but hold no words.
NO_WORDS = re.compile(r"(?:ForeignKey\(|url_for\(|attribute=)[\"'][^\"']*[\"']")


def path_of(locale: str, domain: str) -> Path:
    """Where a catalogue lies."""
    return ROOT / "translations" / locale / "LC_MESSAGES" / f"{domain}.po"


def catalogue(locale: str, domain: str) -> Catalog:
    """One catalogue as it lies there."""
    with path_of(locale, domain).open("rb") as file:
        return read_po(file, charset="utf-8", abort_invalid=True)


def messages(locale: str) -> dict[str, Message]:
    """All entries of a language, by key."""
    return {str(m.id): m for domain in DOMAINS for m in catalogue(locale, domain) if m.id}


def sources() -> dict[Path, str]:
    """Every file of ours that may use words; revisions hold none."""
    kinds = ("*.py", "*.html", "*.js")
    folders = ("blueprints", "models", "pwa")
    paths = [path for f in folders for kind in kinds for path in (ROOT / f).rglob(kind)]
    ours = [path for path in paths if path.parent.name != "versions"]
    return {path: path.read_text("utf-8") for path in (*ours, ROOT / "app.py")}


def used() -> tuple[set[str], set[str]]:
    """Keys that stand whole in the sources, and beginnings that something is added to."""
    text = NO_WORDS.sub("", "\n".join(sources().values()))
    whole = {match[1] for match in KEY.finditer(text)}
    beginnings = {match[1] for match in OPEN_KEY.finditer(text)}
    beginnings |= {key for key in whole if key.endswith(".")}
    return whole, {b for b in beginnings if b.count(".") > 1 or b.endswith((".", "_"))}


def stale(keys: Iterable[str]) -> set[str]:
    """Which of these nothing uses: what a beginning would take has to be a tail of its own."""
    whole, beginnings = used()
    tails = Tails(sources().values())
    return {
        key
        for key in keys
        if key not in whole
        and not any(
            key.startswith(one) and key != one and tails.fit(one, key.removeprefix(one))
            for one in beginnings
        )
    }


def main() -> int:
    """Add what is missing and report; ends with 1 where anything is left to do."""
    wanted = {key for locale in LOCALES for key in messages(locale)}
    wanted |= {key for key in used()[0] if not any(known.startswith(key) for known in wanted)}
    lines = []
    for locale in LOCALES:
        missing = sorted(wanted - set(messages(locale)))
        for domain in {key.partition(".")[0] for key in missing}:
            _add(locale, domain, [key for key in missing if key.startswith(f"{domain}.")])
        lines += [f"empty  {locale}  {key}" for key, m in messages(locale).items() if not m.string]
    lines += [f"unused  {key}" for key in sorted(stale(messages("ja")))]
    sys.stdout.write("\n".join([*lines, f"{len(lines)} to look at\n"]))
    return 1 if lines else 0


def _add(locale: str, domain: str, keys: list[str]) -> None:
    with path_of(locale, domain).open("a", encoding="utf-8") as file:
        file.writelines(f'\nmsgid "{key}"\nmsgstr ""\n' for key in keys)


if __name__ == "__main__":
    sys.exit(main())
