"""The words of a notice: for the list, for an SMS, for an e-mail."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale
from werkzeug.routing import BuildError

from civic.kernel.i18n import N_, say
from civic.notifications.kinds import WORDS, Channel, Kind
from civic.notifications.models import Notice
from civic.notifications.values import unpack


class Told(NamedTuple):
    """A notice in words: what happened, and what happens next."""

    said: str
    next: str


class Message(NamedTuple):
    """What leaves the house; an SMS has no subject."""

    subject: str
    text: str


def in_words(notice: Notice) -> Told:
    """The two sentences of a notice in the language of the reader."""
    # Notices from before the headquarters ruled too do not say who does.
    params = {"ruler": N_("the mayor of the district")}
    params |= {name: unpack(value) for name, value in notice.params.items()}
    words = WORDS[Kind(notice.kind)]
    return Told(say(words.said, params), say(words.next, params))


def compose(notice: Notice, channel: Channel, language: str | None) -> Message:
    """The message for a notice in the language of its reader, or else of the city.

    It leads to the site and holds no token: whoever finds the telephone finds nothing more.
    """
    with force_locale(language or current_app.config["CIVIC"].language):
        told, notices = in_words(notice), address_of("notifications.index")
        if channel is Channel.SMS:
            return Message("", f"{told.said} {told.next}\n{notices}")
        thing = address_of(notice.link_endpoint, **notice.link_values)
        values = {"told": told, "thing": thing, "notices": notices}
        subject = render_template("email/notifications/subject.txt", **values)
        # A line break in a title must not become a header of its own.
        return Message(
            " ".join(subject.split()), render_template("email/notifications/notice.txt", **values)
        )


def address_of(endpoint: str | None, **values: Any) -> str:
    """The whole address of a page for use outside a request; nothing where there is no page."""
    site = urlsplit(current_app.config["CIVIC"].address)
    if not endpoint:
        return ""
    try:
        urls = current_app.url_map.bind(site.netloc, url_scheme=site.scheme)
        return urls.build(endpoint, values, force_external=True)
    except BuildError:
        return ""
