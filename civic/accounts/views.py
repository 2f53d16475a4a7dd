"""Signing in and out, one's devices and profile, and the roles of the city."""

from __future__ import annotations

import secrets
from uuid import UUID

import segno
from flask import Blueprint, Response, current_app, request, session, url_for
from flask_login import current_user, login_user, logout_user
from markupsafe import Markup

from civic.accounts import actions, grants, queries, rules
from civic.accounts import second_factor as factor
from civic.accounts.forms import CodeForm, IdentityForm, MobileForm, ProfileForm
from civic.accounts.identity import give_identity
from civic.accounts.models import Account, SignInCode, SignInSession
from civic.accounts.policy import may_end_session
from civic.kernel import clock, crypto
from civic.kernel.access import public, signed_in
from civic.kernel.db import db
from civic.kernel.errors import NotHere
from civic.kernel.i18n import _, choose_language, digits, language, local
from civic.kernel.pages import page, see_other, way_back
from civic.kernel.roles import N_

bp = Blueprint("accounts", __name__)
YEAR = 365 * 86400


def _target() -> str | None:
    return request.args.get("next")


def _onwards(own: str = "pages.mine") -> str:
    """Where a person goes who has signed in: where they were going, else to their page."""
    own = own if own in current_app.view_functions else "accounts.profile"
    return way_back(_target(), url_for(own))


def _in_demo(code: SignInCode) -> None:
    # Nobody has a phone at the demo; with a real gateway the settings refuse this mode.
    if current_app.config["CIVIC"].demo and code.code_sealed:
        session["demo_code"] = crypto.unseal("sign-in-code", code.code_sealed)


def _remember(account: Account, token: str) -> None:
    """Put a new token into an emptied cookie: what was in it before opens nothing."""
    session.clear()
    account.session_token = token
    login_user(account)


# ── signing in ────────────────────────────────────────────────────────────────────────────────


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """Ask for a mobile number and send a code to it."""
    if current_user.is_authenticated:
        return see_other(_onwards())
    form = MobileForm()
    if form.validate_on_submit():
        browser = session.setdefault("browser", secrets.token_urlsafe(24))
        with form.catching_rules():
            at, limits = clock.now(), _limits()
            _in_demo(actions.ask_for_code(form.mobile.data, browser, at=at, limits=limits))
            return see_other(url_for(".code", next=_target()))
    return page(
        "accounts/sign_in.html",
        block="mobile_form",
        status=form.status,
        form=form,
        target=_target(),
    )


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def code() -> Response:
    """Ask for the code and open a session for who knows it."""
    if current_user.is_authenticated:
        return see_other(_onwards())
    form, browser = CodeForm(), session.get("browser", "")
    if form.validate_on_submit():
        device = rules.device_name(request.user_agent.string)
        with form.catching_rules():
            opened = actions.sign_in(form.code.data, browser, device=device, at=clock.now())
            return _signed_in(opened)
    return _code_page(form, browser)


def _signed_in(opened: actions.Opened) -> Response:
    _remember(opened.account, opened.token)
    account = queries.account_of_session(opened.token)
    if account and account.is_staff:
        return see_other(url_for(".second_factor", next=_target()))
    return see_other(_onwards(), note=_("You are signed in."))


def _code_page(form: CodeForm, browser: str) -> Response:
    demo = current_app.config["CIVIC"].demo
    asked = queries.code_of_browser(browser, clock.now()) if browser else None
    if asked is None and not form.errors:
        return see_other(
            url_for(".sign_in", next=_target()),
            note=_("Your code has expired. Write your number once more, and a new one comes."),
        )
    return page(
        "accounts/code.html",
        block="code_form",
        status=form.status,
        form=form,
        asked=asked,
        until=digits(local(asked.expires_at).strftime("%H:%M")) if asked else "",
        mobile=_shown(asked) if asked else "",
        demo_code=session.get("demo_code") if demo else None,
        target=_target(),
    )


def _shown(owner: Account | SignInCode) -> str:
    # Isolated: inside a Persian sentence the hidden middle would turn the two ends around.
    return f"\u2066{rules.masked(queries.mobile_of(owner))}\u2069"


@bp.route("/sign-in/again", methods=["POST"])
@public
def send_again() -> Response:
    """Send another code to the same number."""
    form, browser = CodeForm(), session.get("browser", "")
    with form.catching_rules():
        _in_demo(actions.ask_again(browser, at=clock.now(), limits=_limits()))
        return see_other(
            url_for(".code", next=_target()), note=_("A new code is on its way to you.")
        )
    return _code_page(form, browser)


def _limits() -> rules.Limits:
    """How often a number may have a code sent: in the demo one person plays all roles."""
    return rules.PER_NUMBER_IN_THE_DEMO if current_app.config["CIVIC"].demo else rules.PER_NUMBER


@bp.route("/sign-out", methods=["POST"])
@public
def sign_out() -> Response:
    """End this session; its cookie opens nothing any more."""
    if current_user.is_authenticated:
        actions.sign_out(current_user.session_token, at=clock.now())
    logout_user()
    session.clear()
    return see_other(url_for("pages.home"), note=_("You are signed out."))


# ── the second factor of staff ────────────────────────────────────────────────────────────────


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@signed_in
def second_factor() -> Response:
    """Ask people who serve the city for the code of the app on their phone."""
    if current_user.totp_confirmed_at is None:
        return see_other(url_for(".set_up", next=_target()))
    return _prove("accounts/second_factor.html")


@bp.route("/sign-in/second-factor/set-up", methods=["GET", "POST"])
@signed_in
def set_up() -> Response:
    """Show the secret once, until a first code confirms that the app has it."""
    if current_user.totp_confirmed_at is not None:
        return see_other(url_for(".second_factor", next=_target()))
    if "begin" in request.form:
        person = current_user._get_current_object()
        factor.begin(person, person)
        return see_other(url_for(".set_up", next=_target()))
    return _prove("accounts/set_up.html")


def _prove(template: str) -> Response:
    person, form, at = current_user._get_current_object(), CodeForm(), clock.now()
    if person.totp_sealed and form.validate_on_submit():
        with form.catching_rules():
            token = factor.prove(person, person.session_token, form.code.data, at=at)
            _remember(person, token)
            return see_other(_onwards("pages.desk"), note=_("You are signed in as staff."))
    settings = current_app.config["CIVIC"]
    return page(
        template,
        block="code_form",
        status=form.status,
        form=form,
        target=_target(),
        demo_code=factor.code_at(person, at) if settings.demo and person.totp_sealed else None,
        **_secret(person, settings.brand_fa if language() == "fa" else settings.brand_en),
    )


def _secret(person: Account, brand: str) -> dict[str, object]:
    """The secret as a picture and in groups of four, only while it is not confirmed."""
    if person.totp_confirmed_at is not None or not person.totp_sealed:
        return {"picture": None, "groups": []}
    drawn = segno.make(factor.address_of(person, brand), error="m")
    secret = factor.secret_of(person)
    picture = drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return {
        "picture": Markup(picture),  # noqa: S704 - drawn by us, of modules only
        "groups": [secret[at : at + 4] for at in range(0, len(secret), 4)],
    }


# ── one's devices and profile ─────────────────────────────────────────────────────────────────


@bp.route("/me/devices")
@signed_in
def devices() -> Response:
    """Where one is signed in."""
    return page(
        "accounts/devices.html",
        devices=queries.devices_of(current_user, clock.now()),
        here=queries.token_hash(current_user.session_token),
    )


@bp.route("/me/devices/<uuid:session_id>/end", methods=["POST"])
@signed_in
def end_device(session_id: UUID) -> Response:
    """Sign one device out."""
    found = db.session.get(SignInSession, session_id)
    if found is None or not may_end_session(current_user, found):
        raise NotHere(N_("There is no such device."))
    actions.end_session(current_user, found, at=clock.now())
    return see_other(url_for(".devices"), note=_("The device is signed out."))


@bp.route("/me/devices/end-others", methods=["POST"])
@signed_in
def end_other_devices() -> Response:
    """Sign out every device but this one."""
    actions.end_other_sessions(current_user, current_user.session_token, at=clock.now())
    return see_other(url_for(".devices"), note=_("All other devices are signed out."))


@bp.route("/me/profile", methods=["GET", "POST"])
@signed_in
def profile() -> Response:
    """One's name, address for letters and language; who one is, shown as two digits."""
    person = current_user._get_current_object()
    chosen = person.language or choose_language()
    form = ProfileForm(data={"name": person.name, "email": person.email, "language": chosen})
    if form.validate_on_submit():
        name, email, chosen = form.name.data, form.email.data, form.language.data
        actions.update_profile(person, person, name=name, email=email, language=chosen)
        answer = see_other(way_back(_target(), url_for(".profile")), note=_("Saved."))
        secure = current_app.config["CIVIC"].https
        answer.set_cookie("lang", chosen, max_age=YEAR, secure=secure, samesite="Lax")
        return answer
    return page(
        "accounts/profile.html",
        block="profile_form",
        status=form.status,
        form=form,
        target=_target(),
        mobile=_shown(person),
        ending=queries.national_id_ending(person),
    )


@bp.route("/me/profile/identity", methods=["GET", "POST"])
@signed_in
def identity() -> Response:
    """Say once who one is."""
    person, form = current_user._get_current_object(), IdentityForm()
    onwards = way_back(_target(), url_for(".profile"))
    if person.national_id_lookup is not None:
        return see_other(onwards)
    if form.validate_on_submit():
        with form.catching_rules():
            typed, today = form.national_id.data, local(clock.now()).date()
            give_identity(person, person, typed, form.birth_date.data, today=today)
            return see_other(onwards, note=_("Thank you. Your national id is stored and sealed."))
    return page(
        "accounts/identity.html",
        block="identity_form",
        status=form.status,
        form=form,
        target=_target(),
    )


bp.add_url_rule("/admin/roles", view_func=grants.grants, methods=["GET", "POST"])
bp.add_url_rule("/admin/roles/<uuid:grant_id>/end", view_func=grants.end_grant, methods=["POST"])
bp.add_url_rule(
    "/admin/roles/<uuid:account_id>/reset-second-factor",
    view_func=grants.reset_second_factor,
    methods=["POST"],
)
