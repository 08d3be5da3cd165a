"""The mailbox in the browser, and as JSON for tests at `/messages.json`, with `?to=` for the mails to one address."""

import json
from collections.abc import Callable
from html import escape
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from tests.mailbox.letters import Letter, Letters

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1.5rem;background:#fbf7ef;color:#23201b}
h1{font:600 1.5rem Georgia,serif}a{color:#0b5563}ul{list-style:none;padding:0}li{border-bottom:1px solid #d9d0bf}
li a{display:block;padding:.75rem 0;text-decoration:none}li small,dd,dt{color:#57503f}iframe{width:100%;height:42rem;
border:1px solid #d9d0bf;background:#fff}pre{white-space:pre-wrap;background:#fff;border:1px solid #d9d0bf;padding:1rem}
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:; frame-ancestors 'self'"
URLS = Map(
    [
        Rule("/", endpoint="index"),
        Rule("/messages.json", endpoint="messages"),
        Rule("/<key>/", endpoint="letter"),
        Rule("/<key>/html", endpoint="html"),
        Rule("/<key>/attachments/<int:number>/<filename>", endpoint="attachment"),
    ]
)


def application(letters: Letters) -> Callable[..., Any]:
    """The WSGI application that shows these letters."""

    @Request.application
    def answer(request: Request) -> Response:
        try:
            endpoint, values = URLS.bind_to_environ(request.environ).match()
            if endpoint == "messages":
                values = {"to": request.args.get("to", "")}
            response = _PAGES[endpoint](letters, **values)
        except HTTPException as error:
            return Response.force_type(error.get_response(request.environ), request.environ)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return answer


def _index(letters: Letters) -> Response:
    rows = "".join(
        f'<li><a href="/{letter.key}/"><strong>{escape(letter.subject)}</strong><br>'
        f"<small>to {escape(letter.to)} · {escape(str(letter.message['Date']))}</small></a></li>"
        for letter in letters.newest_first()
    )
    return _page("Mailbox", f"<ul>{rows}</ul>" if rows else "<p>No mail yet.</p>")


def _letter(letters: Letters, key: str) -> Response:
    letter = _get(letters, key)
    files = "".join(
        f'<li><a href="/{key}/attachments/{number}/{escape(file.filename)}">{escape(file.filename)}'
        f" ({len(file.content):,} bytes)</a></li>"
        for number, file in enumerate(letter.attachments)
    )
    return _page(
        letter.subject,
        f'<p><a href="/">All mail</a></p><p>From {escape(str(letter.message["From"]))} to {escape(letter.to)}</p>'
        f'<ul>{files}</ul><iframe sandbox title="The mail as HTML" src="/{key}/html"></iframe>'
        f"<h2>As text</h2><pre>{escape(letter.body('plain'))}</pre>",
    )


def _html(letters: Letters, key: str) -> Response:
    return Response(_get(letters, key).body("html"), mimetype="text/html")


def _attachment(letters: Letters, key: str, number: int, filename: str) -> Response:
    files = _get(letters, key).attachments
    if number >= len(files):
        raise NotFound
    return Response(files[number].content, mimetype=files[number].content_type)


def _messages(letters: Letters, to: str) -> Response:
    content = [
        {
            "key": letter.key,
            "to": letter.to,
            "subject": letter.subject,
            "text": letter.body("plain"),
            "html": letter.body("html"),
            "headers": {name: str(value) for name, value in letter.message.items()},
            "attachments": [
                f"/{letter.key}/attachments/{number}/{file.filename}" for number, file in enumerate(letter.attachments)
            ],
        }
        for letter in letters.newest_first(to=to)
    ]
    return Response(json.dumps(content), mimetype="application/json")


def _get(letters: Letters, key: str) -> Letter:
    letter = letters.get(key)
    if letter is None:
        raise NotFound
    return letter


def _page(title: str, body: str) -> Response:
    return Response(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main><h1>{escape(title)}</h1>{body}</main></html>",
        mimetype="text/html",
    )


_PAGES: dict[str, Callable[..., Response]] = {
    "index": _index,
    "letter": _letter,
    "html": _html,
    "attachment": _attachment,
    "messages": _messages,
}
