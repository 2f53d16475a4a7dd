"""Putting the application together. Nothing imports this but the entry points."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, url_for
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BuildError

from civic import blueprints
from civic.accounts import queries as accounts
from civic.config import REPOSITORY, Settings
from civic.kernel import clock, i18n
from civic.kernel.assets import init_assets
from civic.kernel.db import db
from civic.kernel.errors import CivicError
from civic.kernel.jobs import init_queue
from civic.kernel.pages import page_before, wants_fragment
from civic.kernel.policy import POLICIES
from civic.kernel.pool import insist_alive
from civic.kernel.web import init_web, set_up_logging

log = structlog.get_logger()
login = LoginManager()
csrf = CSRFProtect()

EIGHT_HOURS = 8 * 3600
LARGEST_REQUEST = 12 * 1024 * 1024


def create_app(settings: Settings | None = None, **config: Any) -> Flask:
    """The application for these settings (read from the environment when none are given)."""
    settings = settings or Settings.read()
    app = Flask(
        "civic",
        template_folder=str(REPOSITORY / "templates"),
        static_folder=None,
    )
    app.config.update(_flask_config(settings) | config)
    app.jinja_env.undefined = StrictUndefined
    # A filter on a constant would be worked out once, in the language of the first reader.
    app.jinja_env.optimized = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    set_up_logging(readable=settings.demo)
    init_web(app)  # first, so that a request that is refused at the door has its number too
    for extension in (db, login, csrf):
        extension.init_app(app)
    login.session_protection = None
    login.user_loader(accounts.account_of_session)
    i18n.init_babel(app)
    init_queue(app)
    init_assets(app)
    for blueprint in blueprints.ALL:
        app.register_blueprint(blueprint)
    _teach_templates(app)
    _answer_errors(app)
    if settings.behind_proxies:
        hops = settings.behind_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    prefix = "__Host-" if settings.https else ""
    return {
        "CIVIC": settings,
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": f"{prefix}civic",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "WTF_CSRF_TIME_LIMIT": EIGHT_HOURS,
    }


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        # Kept open, since a new connection reads the whole schema first: a fourth of a vote's time.
        return {"hide_parameters": True, "pool_size": 20, "max_overflow": -1}
    guards = (
        "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    )
    return {
        "connect_args": {"options": guards},
        # An error must not write a ballot or a number into the log.
        "hide_parameters": True,
        "pool_size": 20,
        "pool_events": [(insist_alive, "checkout")],
    }


def _teach_templates(app: Flask) -> None:
    app.jinja_env.filters.update(i18n.FILTERS)
    app.jinja_env.globals.update(
        {**i18n.FILTERS, **POLICIES},
        direction=i18n.direction,
        link_to=link_to,
        locale=i18n.language,
        now=_now,
        settings=app.config["CIVIC"],
        time_tag=i18n.time_tag,
        languages=i18n.LANGUAGES,
        say=i18n.say,
        **blueprints.TEMPLATE_QUERIES,
    )


def _now() -> datetime:
    # Looked up each time, so that pages go by the clock that everything else goes by.
    return clock.now()


def link_to(endpoint: str, **values: Any) -> str:
    """The address of an endpoint, or nothing where this city has no such page."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(CivicError, show_refusal)
    app.register_error_handler(CSRFError, show_expired)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_failure)


def show_refusal(error: CivicError) -> Response:
    """A no with its sentence."""
    db.session.rollback()
    templates = {404: "errors/missing.html", 429: "errors/slow_down.html"}
    return _error_page(templates.get(error.status, "errors/refusal.html"), error.status, error)


def show_expired(error: CSRFError) -> Response:
    """A form whose token is missing or too old: nothing was done."""
    return _error_page("errors/expired.html", 400)


def show_http_error(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse: unknown addresses, wrong methods, too much at once."""
    code = error.code or 500
    # Under a name that is not ours no address can be made, so no page of ours either.
    if code < 400 or isinstance(error, SecurityError):
        return make_response(error.get_response())
    templates = {404: "errors/missing.html", 429: "errors/slow_down.html"}
    return _error_page(templates.get(code, "errors/refusal.html"), code, error)


def show_failure(error: Exception) -> Response:
    """Our own mistake: a page that needs neither database nor session."""
    log.error("failure", exc_info=error)
    db.session.rollback()
    return make_response(plain_failure(), 500)


def plain_failure() -> str:
    """The page for our own mistakes, without database, session or person.

    `render_template` would ask who is signed in, and with that the database that just failed.
    """
    page = current_app.jinja_env.get_template("errors/failure.html")
    return page.render(request_id=g.get("request_id", ""))


def _error_page(template: str, code: int, error: Exception | None = None) -> Response:
    said = i18n.sentence(error) if isinstance(error, CivicError) else ""
    try:
        body = render_template(template, sentence=said, code=code, back=page_before())
    except Exception as worse:
        # The database may be what failed; then the plain page has to do.
        log.error("error page failed", exc_info=worse)
        db.session.rollback()
        body = plain_failure()
    response = make_response(body, code)
    if wants_fragment():
        response.headers.update(
            {"HX-Retarget": "main", "HX-Reswap": "innerHTML", "HX-Reselect": "main > *"}
        )
    return response
