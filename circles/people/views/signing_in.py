"""Getting in: an address, then a code or a password; for who is new, a name."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock, formats
from circles.database import SAFE_METHODS
from circles.extensions import db
from circles.ids import new_token
from circles.people import errands, mails, queries
from circles.people.access import SESSION_KEY
from circles.people.errors import TooManyTries
from circles.people.forms import CodeForm, EmailForm, NameForm, PasswordForm
from circles.people.models import Person
from circles.people.services import joining, limits, signing_in
from circles.people.views.blueprint import bp
from circles.policy import allow, anyone, signed_in
from circles.web import inside

PROOF_LIVES = timedelta(minutes=15)


@bp.route("/inloggen", methods=["GET", "POST"])
@allow(anyone)
def sign_in() -> ResponseReturnValue:
    """One address for all steps: `email`, then `code` or `password`."""
    if request.args.get("next"):
        session["next"] = inside(request.args["next"])
    if request.method in SAFE_METHODS:
        if request.args.get("opnieuw"):
            session.pop("email", None)
        return _second_step() if session.get("email") else _first_step(EmailForm(formdata=None))
    if "code" in request.form:
        return _take_code()
    if "password" in request.form:
        return _take_password()
    return _ask_code()


@bp.route("/inloggen/verder", methods=["GET", "POST"])
@allow(anyone)
def enter() -> ResponseReturnValue:
    """The address is proved: choose which membership, or become a member with a name."""
    email = proved_email()
    if email is None:
        return redirect(url_for(".sign_in"), 303)
    members, open_to = queries.memberships_of(email), queries.organisations_open_to(email)
    new = [
        organisation
        for organisation in open_to
        if organisation.id not in {m.organisation_id for m in members}
    ]
    if request.method in SAFE_METHODS and len(members) == 1 and not new:
        return redirect(url_for(".sign_in"), 303)
    form = NameForm()
    chosen = next((m for m in members if m.public_id == request.form.get("person")), None)
    if chosen:
        return let_in(chosen)
    joining_in = next((o for o in new if o.public_id == request.form.get("organisation")), None)
    if joining_in and form.validate_on_submit():
        person = joining.join_organisation(
            joining_in, email=email, name=form.name.data or "", now=clock.now(), locale=formats.language()
        )
        flash(_("Welkom, %(name)s.", name=person.first_name))
        return let_in(person)
    page = render_template("people/enter.html", form=form, members=members, new=new, email=email)
    return page, 422 if request.method == "POST" else 200


@bp.post("/uitloggen")
@allow(signed_in)
def sign_out() -> ResponseReturnValue:
    """Ends this session. Drafts in the browser are wiped by the page itself."""
    signing_in.sign_out(session[SESSION_KEY])
    db.session.commit()
    session.clear()
    flash(_("Je bent uitgelogd."))
    return redirect(url_for(".sign_in"), 303)


def proved_email() -> str | None:
    """The address that this browser proved a moment ago, None when it did not."""
    address, until = session.get("proved", (None, 0))
    return address if clock.now().timestamp() < until else None


def prove(email: str) -> None:
    """Notes that whoever uses this browser reads mail to that address."""
    session["proved"] = (email, (clock.now() + PROOF_LIVES).timestamp())


def welcome(email: str) -> ResponseReturnValue:
    """After proving an address: straight in for who has one membership, else a choice."""
    members = queries.memberships_of(email)
    known = {member.organisation_id for member in members}
    open_to = [
        organisation for organisation in queries.organisations_open_to(email) if organisation.id not in known
    ]
    if len(members) == 1 and not open_to:
        return let_in(members[0])
    prove(email)
    db.session.commit()
    return redirect(url_for(".enter"), 303)


def let_in(person: Person) -> ResponseReturnValue:
    """Begins a session with a new id, does what was decided before it, and goes on to where the person was heading."""
    target, errand, now = session.get("next"), errands.take(), clock.now()
    token = signing_in.sign_in(person, device=_device(request.user_agent.string), now=now)
    session.clear()
    session[SESSION_KEY] = token
    session.permanent = True
    target = errands.finish(errand, person, now) or inside(target)
    db.session.commit()
    return redirect(target or url_for("conclusions.today"), 303)


def _ask_code() -> ResponseReturnValue:
    form = EmailForm()
    if not form.validate_on_submit():
        return _first_step(form), 422
    email, now = form.address, clock.now()
    session.setdefault("browser", new_token())
    try:
        limits.note_attempt(what="code", email=email, address=request.remote_addr or "", now=now)
    except TooManyTries:
        db.session.rollback()
        return _too_many()
    code = signing_in.make_code(email, browser=session["browser"], now=now)
    known = bool(queries.memberships_of(email) or queries.organisations_open_to(email))
    mails.sign_in_code(email, code, locale=formats.language(), known=known, key=new_token(), now=now)
    db.session.commit()
    session["email"] = email
    return redirect(url_for(".sign_in"), 303)


def _take_code() -> ResponseReturnValue:
    email, form = session.get("email"), CodeForm()
    if not email:
        return redirect(url_for(".sign_in"), 303)
    if not form.validate_on_submit():
        return _second_step(code_form=form), 422
    digits = "".join((form.code.data or "").split())
    fits = signing_in.take_code(email, digits, browser=session.get("browser", ""), now=clock.now())
    db.session.commit()  # the try counts, whatever came of it
    if not fits:
        form.code.errors = [_("Deze code klopt niet of is verlopen. Kijk nog eens, of vraag een nieuwe.")]
        return _second_step(code_form=form), 422
    return welcome(email)


def _take_password() -> ResponseReturnValue:
    email, form = session.get("email"), PasswordForm()
    if not email:
        return redirect(url_for(".sign_in"), 303)
    if not form.validate_on_submit():
        return _second_step(password_form=form), 422
    try:
        limits.note_attempt(what="password", email=email, address=request.remote_addr or "", now=clock.now())
    except TooManyTries:
        db.session.rollback()
        return _too_many()
    members = queries.memberships_of(email)
    db.session.commit()  # no transaction is held while hashing
    fitting = _whose_password(form.password.data or "", members)
    if not fitting:
        form.password.errors = [
            _("Dit wachtwoord hoort niet bij dit adres. Probeer het nog eens, of gebruik de code.")
        ]
        return _second_step(password_form=form), 422
    if len(fitting) == 1:
        return let_in(fitting[0])
    return welcome(email)


def _whose_password(password: str, members: list[Person]) -> list[Person]:
    """The memberships that this password opens; it hashes as long when there is none to try."""
    with_password = [member for member in members if member.password_hash]
    if not with_password:
        signing_in.password_fits(password, None)
    return [member for member in with_password if signing_in.password_fits(password, member.password_hash)]


def _first_step(form: EmailForm) -> str:
    return render_template("people/sign_in.html", form=form)


def _second_step(*, code_form: CodeForm | None = None, password_form: PasswordForm | None = None) -> str:
    failed = bool((code_form and code_form.errors) or (password_form and password_form.errors))
    return render_template(
        "people/sign_in_code.html",
        email=session["email"],
        code_form=code_form or CodeForm(formdata=None),
        password_form=password_form or PasswordForm(formdata=None),
        form_failed=failed,
    )


def _too_many() -> ResponseReturnValue:
    message = _("Er zijn nu te veel pogingen gedaan. Wacht een kwartier en probeer het dan opnieuw.")
    return render_template("errors/429.html", message=message), 429


def _device(agent: str) -> str:
    """What people recognise: browser and system, not the whole line."""
    browsers = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {
        "iPhone": "iPhone", "iPad": "iPad", "Android": "Android",
        "Windows": "Windows", "Mac OS": "Mac", "Linux": "Linux",
    }  # fmt: skip
    browser = next((name for mark, name in browsers.items() if mark in agent), "")
    system = next((name for mark, name in systems.items() if mark in agent), "")
    return " · ".join(word for word in (browser, system) if word)
