"""Between the hotspot and everybody else: its story, and the questions it gets."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from circles import clock
from circles.clean import whole_number
from circles.database import EditedMeanwhile
from circles.extensions import db
from circles.membership.queries import circles_of
from circles.people.access import signed_in_person
from circles.policy import allow, signed_in
from circles.themes import queries, services
from circles.themes.access import hotspot, hotspot_for, question_for
from circles.themes.errors import ShuttersClosed
from circles.themes.forms import AnswerForm, NarrativeForm, QuestionForm
from circles.themes.views.blueprint import bp
from circles.web import choices


@bp.get("/themas/verhaal")
@allow(signed_in)
def narrative() -> ResponseReturnValue:
    """Why good work matters here, as the hotspot tells it; there once its shutters are open."""
    me = signed_in_person()
    circle = queries.open_hotspot(me.organisation_id) or abort(404)
    told = queries.standing_narrative(me.organisation_id)
    return render_template("themes/narrative.html", circle=circle, told=told)


@bp.route("/themas/vraag", methods=["GET", "POST"])
@allow(signed_in)
def ask() -> ResponseReturnValue:
    """A question to the hotspot, and what it said to mine."""
    me, form = signed_in_person(), QuestionForm()
    mine = [circle for circle in circles_of(me) if circle.kind != "hotspot"]
    form.circle.choices = choices(("", _("alleen mijzelf")), *((c.public_id, c.name) for c in mine))
    if form.validate_on_submit():
        circle = next((c for c in mine if c.public_id == form.circle.data), None)
        try:
            services.ask_hotspot(me, form.text.data or "", on_behalf_of=circle, now=clock.now())
        except ShuttersClosed:
            db.session.rollback()
            abort(404)
        db.session.commit()
        flash(_("Je vraag ligt bij de hotspot. Het antwoord lees je hier."))
        return redirect(url_for(".ask"), 303)
    hotspot_circle = queries.open_hotspot(me.organisation_id)
    page = render_template(
        "themes/ask.html", form=form, circle=hotspot_circle, questions=queries.questions_of(me)
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/hotspot/verhaal", methods=["GET", "POST"])
@allow(hotspot)
def tell() -> ResponseReturnValue:
    """Writes the story; two at once are shown both texts."""
    me = signed_in_person()
    standing = queries.standing_narrative(me.organisation_id)
    form = NarrativeForm(data={"text": standing.text, "based_on": str(standing.number)} if standing else None)
    status, conflict = 200, None
    if form.validate_on_submit():
        based_on = whole_number(form.based_on.data)
        try:
            services.tell_narrative(me, form.text.data or "", based_on=based_on, now=clock.now())
        except EditedMeanwhile as meanwhile:
            db.session.rollback()
            conflict, status = meanwhile.current, 409
            form.based_on.data = str(getattr(conflict, "number", 0))
        else:
            db.session.commit()
            flash(_("Bewaard. Zodra de luiken open zijn, kan iedereen in de organisatie dit lezen."))
            return redirect(url_for(".workbench"), 303)
    elif form.is_submitted():
        status = 422
    page = render_template("themes/tell.html", form=form, conflict=conflict, circle=hotspot_for(me))
    return page, status


@bp.route("/hotspot/vraag/<question_id>", methods=["GET", "POST"])
@allow(hotspot)
def answer(question_id: str) -> ResponseReturnValue:
    """One question, and what we say to it."""
    me = signed_in_person()
    question = question_for(me, question_id)
    form = AnswerForm(data={"answer": question.answer})
    if form.validate_on_submit():
        services.answer_question(question, me, form.answer.data or "", now=clock.now())
        db.session.commit()
        flash(_("Bewaard. Wie het vroeg, leest jullie antwoord."))
        return redirect(url_for(".workbench"), 303)
    page = render_template("themes/answer.html", form=form, question=question)
    return page, 422 if form.is_submitted() else 200
