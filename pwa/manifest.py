"""The web app manifest: what an installed Kizuki is called, looks like and opens."""

from __future__ import annotations

from typing import Any

from models.words import Words
from pwa.assets import Assets

ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
MASKABLE = ("icon-maskable-512.png", "512x512", "maskable")
SHORTCUTS = (("write", "/notes/new"), ("replies", "/notes"))
SCREENS = (("note", "narrow"), ("mine", "narrow"), ("wide", "wide"))
SIZES = {"narrow": "360x740", "wide": "1280x800"}


def manifest_of(assets: Assets, words: Words, locale: str) -> dict[str, Any]:
    """The manifest in one language; its id stays the same in each, so that it is one app."""
    name = words.say(locale, "frame.name")
    return {
        "id": "/",
        "name": name,
        "short_name": name,
        "description": words.say(locale, "shell.manifest.description"),
        "lang": locale.partition("@")[0],
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f3f6f4",
        "theme_color": "#0b5d4e",
        "categories": ["social", "utilities"],
        "icons": [_image(assets, *icon) for icon in (*ICONS, MASKABLE)],
        "shortcuts": [
            {
                "name": words.say(locale, f"frame.nav.{place}"),
                "url": url,
                "icons": [_image(assets, f"shortcut-{place}.png", "96x96", "any")],
            }
            for place, url in SHORTCUTS
        ],
        "screenshots": [
            {
                "src": assets.url(f"screen-{screen}.png"),
                "sizes": SIZES[form],
                "type": "image/png",
                "form_factor": form,
                "label": words.say(locale, f"shell.manifest.screen_{screen}"),
            }
            for screen, form in SCREENS
        ],
    }


def _image(assets: Assets, name: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": assets.url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
