"""The encoding of a form: UTF-8, or the CP932 that some browsers still send."""

from __future__ import annotations

from typing import IO, cast
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

from blueprints.errors import answer

_FORM = "application/x-www-form-urlencoded"
Pairs = list[tuple[str, str]]
_Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class FormParser(FormDataParser):
    """Reads every field strictly in one encoding; a broken form is marked, not guessed."""

    is_broken = False

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> _Parsed:
        """The fields as typed; with replacement characters where no encoding fits."""
        if mimetype != _FORM:
            return super().parse(stream, mimetype, content_length, options)
        sent = stream.read().decode("latin-1")
        pairs = parse_qsl(sent, keep_blank_values=True, encoding="latin-1")
        found = _utf8(pairs) or _cp932(pairs)
        self.is_broken = bool(pairs) and not found
        return stream, self.cls(found or _decoded(pairs, "utf-8", "replace")), self.cls()


class FormRequest(Request):
    """A request whose form may come in the old encoding."""

    form_parser: FormParser | None = None

    def make_form_data_parser(self) -> FormDataParser:
        """The parser, which tells whether the form could be read."""
        self.form_parser = FormParser(
            stream_factory=self._get_file_stream,
            max_form_memory_size=self.max_form_memory_size,
            max_content_length=self.max_content_length,
            max_form_parts=self.max_form_parts,
            cls=self.parameter_storage_class,
        )
        return self.form_parser

    @property
    def is_form_broken(self) -> bool:
        """Whether a form came whose characters are of no encoding."""
        parser = self.form_parser if self.form else None
        return parser is not None and parser.is_broken


def init_app(app: Flask) -> None:
    """Read forms so, and ask again for one that nobody can read."""
    app.request_class = FormRequest
    app.before_request(refuse_broken)


def refuse_broken() -> Response | None:
    """Everything that could be read stands in its fields; what could not is seen there."""
    is_form = request.mimetype == _FORM
    if is_form and cast("FormRequest", request).is_form_broken:
        return answer(422, "frame.error.bad_request")
    return None


def _utf8(pairs: Pairs) -> Pairs:
    try:
        return _decoded(pairs, "utf-8")
    except UnicodeDecodeError:
        return []


def _cp932(pairs: Pairs) -> Pairs:
    """Nothing where some field is UTF-8: that form was cut, and CP932 would make rubbish of it."""
    if any(not value.isascii() and _utf8([(name, value)]) for name, value in pairs):
        return []
    try:
        return _decoded(pairs, "cp932")
    except UnicodeDecodeError:
        return []


def _decoded(pairs: Pairs, encoding: str, errors: str = "strict") -> Pairs:
    def text(latin: str) -> str:
        return latin.encode("latin-1").decode(encoding, errors)

    return [(text(name), text(value)) for name, value in pairs]
