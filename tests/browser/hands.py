"""Whoever works through a desk's list by keys alone or by touch alone; every act is counted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

_FAR = 30
"""Whoever has to press Tab more often than this gives up."""
_IS_FOCUSED = "one => one === document.activeElement"
_CHOSEN = "() => document.activeElement?.closest('.job')?.querySelector('a').getAttribute('href')"


class Hand(ABC):
    """One way of working; `acts` are key presses or taps, without the characters of own words."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts = page, 0

    @property
    def chosen(self) -> str:
        """The id of the note at whose row the person is; empty where no row is left."""
        return str(self.page.evaluate(_CHOSEN) or "").rpartition("/")[2]

    @property
    def row(self) -> Locator:
        """The same row."""
        return self.page.locator(".job").filter(has=self.page.locator(f"a[href$='{self.chosen}']"))

    @abstractmethod
    def begin(self) -> None:
        """Be at the first row."""

    @abstractmethod
    def acknowledge(self) -> None:
        """受け止める, from the row."""

    @abstractmethod
    def claim(self) -> None:
        """わたしが担当します, from the row."""

    @abstractmethod
    def undo(self) -> None:
        """取り消す what has just been acknowledged."""

    @abstractmethod
    def open(self) -> None:
        """The page of the row's note."""

    @abstractmethod
    def acknowledge_here(self) -> None:
        """受け止める, on the note's page."""

    @abstractmethod
    def leave(self) -> None:
        """Back to the list."""

    @abstractmethod
    def press(self, what: Locator, *, below: bool = False, before: bool = False) -> None:
        """A button, fold or choice; `below`: among what can be done next, `before`: just above."""

    @abstractmethod
    def reach(self, field: Locator) -> None:
        """Be in a field."""

    def write(self, field: Locator, words: str) -> None:
        """Own words."""
        self.reach(field)
        self.page.keyboard.insert_text(words)

    def send(self, what: Locator, *, below: bool = False, before: bool = False) -> None:
        """Press what leads to another page."""
        with self.going():
            self.press(what, below=below, before=before)

    @contextmanager
    def going(self) -> Iterator[None]:
        """Until the next page is there and heeds what is pressed."""
        with self.page.expect_navigation(wait_until="commit"):
            yield
        expect(self.page.locator("html")).to_have_attribute("data-ready", "")


class Keyboard(Hand):
    """No mouse: the desk's keys, Tab, Enter and Space."""

    def begin(self) -> None:
        self._key("j")

    def acknowledge(self) -> None:
        with self.going():
            self._key("a")

    acknowledge_here = acknowledge

    def claim(self) -> None:
        with self.going():
            self._key("c")

    def undo(self) -> None:
        with self.going():
            self._key("u")

    def open(self) -> None:
        with self.going():
            self._key("r")

    def leave(self) -> None:
        with self.going():
            self._key("l")

    def press(self, what: Locator, *, below: bool = False, before: bool = False) -> None:
        if below or before:
            self._key("o")
        if what.get_attribute("type") == "radio":
            self._choose(what)
            return
        self._go(what, "Shift+Tab" if before else "Tab")
        self._key("Enter")

    def reach(self, field: Locator) -> None:
        self._go(field, "Tab")

    def _choose(self, radio: Locator) -> None:
        """Tab reaches the first of a group; the arrows choose among them."""
        first = f"input[name={radio.get_attribute('name')}]"
        self._go(self.page.locator(first).locator("visible=true").first, "Tab")
        if radio.evaluate(_IS_FOCUSED):
            self._key("Space")
        else:
            self._go(radio, "ArrowDown")
        expect(radio).to_be_checked()

    def _go(self, to: Locator, key: str) -> None:
        for _ in range(_FAR):
            if to.evaluate(_IS_FOCUSED):
                return
            self._key(key)
        expect(to).to_be_focused()

    def _key(self, key: str) -> None:
        self.acts += 1
        self.page.keyboard.press(key)


class Finger(Hand):
    """Taps alone, on what lies in sight or a scroll away."""

    def begin(self) -> None:
        expect(self.page.locator(".job").first.get_by_role("heading")).to_be_in_viewport(ratio=1)
        self.page.locator(".job__title a").first.evaluate("one => one.focus()")

    def acknowledge(self) -> None:
        self.send(self.row.get_by_role("button", name="受け止める", exact=True))

    def claim(self) -> None:
        self.send(self.row.get_by_role("button", name="わたしが担当します"))

    def undo(self) -> None:
        self.send(self.page.locator(".undo").first.get_by_role("button"))

    def open(self) -> None:
        self.send(self.row.get_by_role("link").first)

    def acknowledge_here(self) -> None:
        self.press(self.page.get_by_role("link", name="受け止める", exact=True))
        self.send(self.page.locator("#acknowledgement").get_by_role("button"))

    def leave(self) -> None:
        self.send(self.page.get_by_role("link", name="受付にもどる"))

    def press(self, what: Locator, *, below: bool = False, before: bool = False) -> None:
        self.acts += 1
        what.tap()

    def reach(self, field: Locator) -> None:
        self.press(field)
        expect(field).to_be_focused()
