"""A browser without JavaScript: expects a status, and checks every page it reads."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import g, url_for
from sqlalchemy import inspect

from civic.kernel.db import db


class Browser:
    """The test client with eyes."""

    def __init__(self, app):
        self.client = app.test_client()

    def sign_in(self, person, *, second_factor=True):
        from tests.cast import open_session

        token = open_session(person, second_factor=second_factor)
        with self.client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return self

    def get(self, target, status=200, *, htmx=False, **values):
        headers = {"HX-Request": "true"} if htmx else {}
        self._settle()
        return self._read(self._ask("get", _url(target, values), headers=headers), status)

    def post(self, target, data=None, status=303, *, htmx=False, **values):
        headers = {"HX-Request": "true"} if htmx else {}
        self._settle()
        answer = self._ask("post", _url(target, values), data=data or {}, headers=headers)
        self._forget()
        return self._read(answer, status)

    def follow(self, answer):
        """The page to which an answer sends."""
        return self.get(answer.response.location)

    def _ask(self, method, url, **more):
        # A context of its own, as in the server: nothing of one request is left for the next.
        with self.client.application.app_context():
            return getattr(self.client, method)(url, **more)

    def _settle(self):
        # What the test itself has changed is there for the request, and not undone with it.
        db.session.commit()
        # Each request finds out anew who is there: the context of the test outlives it.
        g.pop("_login_user", None)

    def _forget(self):
        # The request had a session of its own; what the test holds is read again, but the
        # people and things it was given stay connected.
        for thing in db.session:
            db.session.expire(thing, inspect(thing).mapper.column_attrs.keys())

    def _read(self, response, status):
        assert response.status_code == status, (
            f"{response.status_code}, not {status}: {response.location or response.text[:3000]}"
        )
        page = BeautifulSoup(response.text, "html.parser")
        page.response = response
        if page.select_one("html"):
            check_page(page)
        return page


def check_page(page):
    """What is true of every page of ours."""
    assert len(page.select("h1")) == 1, "A page has one h1."
    assert page.select_one("html")["lang"] in {"fa", "en"}
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids)), (
        f"Ids occur twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    )
    assert not page.select("[style]"), "Inline styles are refused by the content policy."
    for form in page.select("form"):
        assert form.has_attr("action"), "Every form says where it goes."
        assert form.has_attr("method"), "Every form says how it goes."
    for image in page.select("img"):
        assert image.has_attr("alt"), "Every picture has a text."
    for script in page.select("script:not([type='application/json'])"):
        assert script.has_attr("nonce"), "Every script has the nonce."


def _url(target, values):
    return target if target.startswith(("/", "http")) else url_for(target, **values)
