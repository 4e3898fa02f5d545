"""The smallest browser around Debian's WebKitGTK, for its driver to start; its profile stays.

`python -m tests.support.webkit_browser <folder of the profile>`

WebKit's own MiniBrowser forgets everything when a driver starts it. This one is C by way of
ctypes, so that nothing but the library itself has to be installed.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_char_p, c_int, c_size_t, c_uint64, c_void_p

_gtk = ctypes.CDLL("libgtk-3.so.0")
_gobject = ctypes.CDLL("libgobject-2.0.so.0")
_webkit = ctypes.CDLL("libwebkit2gtk-4.1.so.0")

_gtk.gtk_window_new.restype = c_void_p
_gobject.g_object_new.restype = c_void_p
_gobject.g_signal_connect_data.argtypes = [c_void_p, c_char_p, *[c_void_p] * 3, c_int]
for _makes in (
    "webkit_application_info_new",
    "webkit_web_context_get_cookie_manager",
    "webkit_web_context_new_with_website_data_manager",
    "webkit_website_data_manager_new",
):
    getattr(_webkit, _makes).restype = c_void_p
_webkit.webkit_web_view_get_type.restype = c_size_t

WIDTH, HEIGHT = 360, 740
_Started = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)
_Create = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p)


def main(profile: str) -> None:
    """Run until killed; the driver asks for the only window."""
    _gtk.gtk_init(None, None)
    context = _context(profile.encode())

    def create(_session: int, _data: int) -> int:
        return _window(context)

    def start(_context: int, session: int, _data: int) -> None:
        info = c_void_p(_webkit.webkit_application_info_new())
        _webkit.webkit_application_info_set_name(info, b"kizuki")
        _webkit.webkit_application_info_set_version(info, *[c_uint64(1)] * 3)
        _webkit.webkit_automation_session_set_application_info(c_void_p(session), info)
        _connect(session, b"create-web-view", on_create)

    # Kept by name: GTK holds addresses only, and Python would free what they point to.
    on_create, on_start = _Create(create), _Started(start)
    _connect(context.value, b"automation-started", on_start)
    _gtk.gtk_main()


def _context(profile: bytes) -> c_void_p:
    manager = _webkit.webkit_website_data_manager_new(
        *(b"base-data-directory", profile + b"/data"),
        *(b"base-cache-directory", profile + b"/cache"),
        None,
    )
    make = _webkit.webkit_web_context_new_with_website_data_manager
    context = c_void_p(make(c_void_p(manager)))
    _webkit.webkit_web_context_set_automation_allowed(context, 1)
    languages = (c_char_p * 2)(b"ja-JP", None)
    _webkit.webkit_web_context_set_preferred_languages(context, languages)
    cookies = c_void_p(_webkit.webkit_web_context_get_cookie_manager(context))
    as_sqlite = 1
    _webkit.webkit_cookie_manager_set_persistent_storage(
        cookies, profile + b"/cookies.sqlite", as_sqlite
    )
    return context


def _window(context: c_void_p) -> int:
    """The address of a new view in a window of a phone's size."""
    kind = c_size_t(_webkit.webkit_web_view_get_type())
    given = (b"web-context", context, b"is-controlled-by-automation", 1, None)
    view = _gobject.g_object_new(kind, *given)
    window = c_void_p(_gtk.gtk_window_new(0))
    _gtk.gtk_window_set_default_size(window, WIDTH, HEIGHT)
    _gtk.gtk_container_add(window, c_void_p(view))
    _gtk.gtk_widget_show_all(window)
    return int(view)


def _connect(source: int | None, signal: bytes, handler: object) -> None:
    called = ctypes.cast(handler, c_void_p)  # type: ignore[arg-type]
    _gobject.g_signal_connect_data(source, signal, called, None, None, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
