"""Every page of the app with somebody who may see it, for the guards that visit them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from circles import links
from circles.conclusions import services as conclusions
from circles.extensions import db
from circles.meetings.services import feeds
from circles.membership.mails import invitation_token
from circles.membership.services import asks, charter, invitations
from circles.mydata import services as mydata
from circles.participation import quarters
from circles.participation import services as participation
from circles.people import importing
from circles.people.models import Person
from circles.people.services import departments, joining, listing, settings, uploads
from circles.themes import services as themes
from tests.factories import Cast, World


@dataclass
class Page:
    """An address, whose route it is, who looks, and what they get."""

    endpoint: str
    url: str
    person: Person | None
    status: int = 200
    queries: int | None = None  # at most; None: as many as any page


def pages(cast: Cast, world: World) -> list[Page]:
    """At least one visit for each GET route, in a circle with a past, a present and a future."""
    now, circle, bob = world.now, cast.circle, cast.bob
    themes.load_library(cast.linde, now)
    db.session.flush()
    versions = themes_of(cast)
    coming = world.meeting(circle, subject="theme", theme_id=versions.theme_id, theme_version_id=versions.id)
    going_on = world.meeting(circle, now - timedelta(minutes=20), state="begun")
    held = world.meeting(circle, now - timedelta(days=20), state="held")
    unsaid = world.meeting(circle, now - timedelta(days=2))
    off = world.meeting(circle, now + timedelta(days=30), state="skipped")
    kept = conclusions.record(
        held, cast.alice, kind="intention", text="Ik **vraag** het eerst.", owner=bob, now=now
    )
    conclusions.edit(
        kept, bob, kind="intention", text="Ik vraag het altijd.", note="Lang", based_on=1, now=now
    )
    gone = conclusions.record(held, cast.alice, kind="norm", text="Dat was niets.", now=now)
    conclusions.delete(gone, cast.carol, now)
    charter.write_charter(circle, cast.carol, "Wat hier gezegd wordt, blijft hier.", based_on=0, now=now)
    circle.findable = True
    asks.ask(circle, cast.frank, now=now)
    resting = world.circle(
        cast.frank, cast.eve, name="Rust", stage="resting", rests_until=now + timedelta(days=30)
    )
    ended = world.circle(cast.frank, name="Voorbij", stage="ended", ended_at=now)
    invitation = invitations.invite(circle, cast.alice, "ines@delinde.example", now=now)
    invitee = joining.list_invitee(cast.linde.id, "joris@delinde.example", now=now)
    feed = feeds.make_feed(bob, now)
    mydata.make_export(bob, now)
    db.session.flush()
    question = themes.ask_hotspot(
        bob, "Hoe begin je over iets dat niemand zegt?", on_behalf_of=circle, now=now
    )
    themes.answer_question(question, cast.hanna, "Begin bij **jezelf**.", now=now)
    themes.tell_narrative(cast.hanna, "Hier doen we het *samen*.", based_on=0, now=now)
    quarter = quarters.last_settled(now, cast.linde.zone)
    participation.make_release(cast.linde, quarter, now)
    export, _until = mydata.open_export(bob, now) or ("", now)
    unsubscribe = links.sign("unsubscribe", bob.public_id, "reminder")
    answer = links.sign("answer", coming.public_id, bob.public_id)
    c, m = f"/cirkel/{circle.public_id}", "/bijeenkomst"
    theme = versions.theme.public_id
    return [
        Page("mail.healthz", "/healthz", None, 503),
        Page("web.help", "/help", None),
        Page("web.confidentiality", "/vertrouwelijk", None),
        Page("web.confidentiality", "/vertrouwelijk", bob),
        Page("people.welcome_page", "/welkom", None),
        Page("people.welcome_page", "/welkom", bob),
        Page("web.accessibility", "/toegankelijkheid", None),
        Page("people.sign_in", "/inloggen", None),
        Page("people.enter", "/inloggen/verder", None, 303),
        Page("people.invitation", f"/uitnodiging/{links.sign('invitee', invitee.public_id)}", None),
        Page("people.unsubscribing", f"/afmelden/{unsubscribe}", None),
        Page("people.me", "/ik", bob),
        Page("mydata.index", "/ik/gegevens", bob),
        Page("mydata.index", "/ik/gegevens", cast.alice),
        Page("mydata.take_json", f"/ik/gegevens/{export}.json", bob, queries=30),  # once for each table
        Page("mydata.take_markdown", f"/ik/gegevens/{export}.md", bob),
        Page("mydata.erasing", "/ik/wissen", bob),
        Page("people.mail", "/ik/mail", bob),
        Page("people.password", "/ik/wachtwoord", bob),
        Page("people.sign_ins", "/ik/aanmelden", bob),
        *administration(cast, now),
        Page("availability.hours", "/ik/uren", bob),
        Page("themes.mine", "/ik/themas", bob),
        Page("themes.index", "/themas", bob),
        Page("themes.theme", f"/thema/{theme}", bob),
        Page("themes.workbench", "/hotspot", cast.hanna),
        Page("themes.narrative", "/themas/verhaal", bob),
        Page("themes.ask", "/themas/vraag", bob),
        Page("themes.tell", "/hotspot/verhaal", cast.hanna),
        Page("themes.answer", f"/hotspot/vraag/{question.public_id}", cast.hanna),
        Page("themes.begin", "/hotspot/thema/nieuw", cast.hanna),
        Page("themes.edit", f"/hotspot/thema/{theme}/wijzigen", cast.hanna),
        Page("membership.index", "/cirkels", bob),
        Page("meetings.find", "/cirkels/zoeken", cast.dan),
        Page("membership.invite", f"{c}/uitnodigen", bob),
        Page("membership.invitation", f"/uitnodiging/cirkel/{invitation_token(invitation)}", None),
        Page("membership.leaving", f"{c}/vertrek", bob),
        Page("membership.charter", f"{c}/spelregels", bob),
        Page("membership.settings", f"{c}/instellingen", bob),
        Page("meetings.begin", "/cirkels/nieuw", bob),
        Page("meetings.circle", c, bob),
        Page("meetings.circle", f"/cirkel/{cast.other_circle.public_id}", cast.dan),
        Page("meetings.add", f"{c}/bijeenkomsten", bob),
        Page("meetings.rhythm", f"{c}/ritme", bob),
        Page("meetings.rest", f"{c}/rust", bob),
        Page("meetings.circle", f"/cirkel/{resting.public_id}", cast.frank),
        Page("meetings.circle", f"/cirkel/{ended.public_id}", cast.frank),
        Page("meetings.move", f"{m}/{coming.public_id}/verzetten", bob),
        Page("meetings.subject", f"{m}/{coming.public_id}/thema", bob),
        Page("meetings.turns", f"{m}/{coming.public_id}/beurten", bob),
        Page("meetings.calendar_file", f"{m}/{coming.public_id}.ics", bob),
        Page("meetings.answer_by_link", f"/antwoord/{answer}?keuze=no", None),
        Page("meetings.feeds", "/ik/agenda", bob),
        Page("meetings.feed", f"/agenda/{feed}.ics", None),
        Page("participation.overview", "/organisatie", cast.olga),
        Page("participation.figures", f"/organisatie/deelname?periode={quarter}", cast.olga),
        Page("participation.file", f"/organisatie/deelname/{quarter}.csv", cast.olga),
        Page("participation.mine", "/ik/organisatie", bob),
        Page("conclusions.today", "/", bob),
        Page("conclusions.today", "/", cast.alice),
        Page("conclusions.today", "/", cast.frank),
        *(
            Page("conclusions.meeting", f"{m}/{row.public_id}", bob)
            for row in (coming, going_on, held, unsaid, off)
        ),
        *(
            Page("conclusions.meeting", f"{m}/{going_on.public_id}?{asked}", bob)
            for asked in ("stap=2", "verloop=eerste&stap=3", "verloop=laatste")
        ),
        Page("conclusions.meeting", f"{m}/{coming.public_id}?verloop=eerste", bob),
        Page("conclusions.log", "/logboek", bob),
        Page("conclusions.log", "/logboek?per=thema", bob),
        Page("conclusions.log", "/logboek?zoek=vraag&soort=intention", bob),
        Page("conclusions.removed", "/logboek/verwijderd", bob),
        Page("conclusions.removed", "/logboek/verwijderd", cast.dan),
        Page("conclusions.conclusion", f"/conclusie/{kept.public_id}", bob),
        Page("conclusions.edit", f"/conclusie/{kept.public_id}/wijzigen", bob),
        *other_states(cast, world),
    ]


def other_states(cast: Cast, world: World) -> list[Page]:
    """Pages as somebody sees them who has no circle, no log, no figures yet; or whose circle has ended."""
    now = world.now
    nina = world.person(cast.linde, "Nina Nauta")
    invitations.invite(cast.circle, cast.alice, nina.email, now=now, note="Jouw blik missen we.")
    xenia = world.person(cast.anker, "Xenia Xhonneux", email="xenia@hetanker.example", roles=("viewer",))
    stayed = world.people(cast.linde, 3)
    ended = world.circle(*stayed, name="Thuis in de wijk", stage="ended", ended_at=now - timedelta(days=5))
    world.meeting(ended, now - timedelta(days=40), state="held")
    db.session.flush()
    return [
        Page("conclusions.today", "/", nina),
        Page("people.welcome_page", "/welkom", nina),
        Page("membership.index", "/cirkels", nina),
        Page("conclusions.log", "/logboek", nina),
        Page("conclusions.log", "/logboek", cast.dan),
        Page("meetings.circle", f"/cirkel/{ended.public_id}", stayed[0]),
        Page("conclusions.today", "/", stayed[0]),
        Page("participation.mine", "/ik/organisatie", cast.zoe),
        Page("participation.overview", "/organisatie", xenia),
        Page("participation.figures", "/organisatie/deelname", xenia),
        Page("errors", "/dit-is-er-niet", None, 404),
        Page("errors", f"/cirkel/{cast.circle.public_id}", cast.zoe, 404),
    ]


def administration(cast: Cast, now: datetime) -> list[Page]:
    """What an administrator has: a list, a file looked at, one being taken in and one that was, departments, crafts."""
    linde = cast.linde
    department = departments.add_department(linde, "Jeugdhulp Zuid")
    craft, other = departments.add_craft(linde, "jeugdhulpverlener"), departments.add_craft(linde, "pedagoog")
    departments.relate_only(craft, [other])
    settings.add_quiet_period(linde, name="zomer", starts_on=now.date(), ends_on=now.date())
    pasted = importing.read_pasted("Kim Kuipers <kim@delinde.example>\nlars@delinde.example").rows
    looked_at, going_on, done = (
        uploads.keep(linde, pasted[: number % 2 + 1], file_name="lijst.csv", now=now) for number in range(3)
    )
    for upload in (going_on, done):
        uploads.confirm(upload, now)
    uploads.apply_upload(done.id, now)
    listing.send_invitation(listing.due_invitations(now)[0], now)
    db.session.flush()
    file = "/beheer/mensen/bestand"
    return [
        Page("people.administration", "/beheer", cast.ada),
        Page("people.invitation_list", "/beheer/mensen?zoek=kim", cast.ada),
        Page("people.add_invitees", "/beheer/mensen/erbij", cast.ada),
        Page("people.upload_list", file, cast.ada),
        *(
            Page("people.uploaded_list", f"{file}/{row.public_id}", cast.ada)
            for row in (looked_at, going_on, done)
        ),
        Page(
            "people.list_progress", f"{file}/{going_on.public_id}/voortgang?gezien=waiting-0", cast.ada, 204
        ),
        Page("people.members", "/beheer/mensen/leden", cast.ada),
        Page("people.roles", "/beheer/rollen", cast.ada),
        Page("people.head_counts", "/beheer/afdelingen", cast.ada),
        Page("people.add_department", "/beheer/afdelingen/nieuw", cast.ada),
        Page("people.rename_department", f"/beheer/afdelingen/{department.public_id}", cast.ada),
        Page("people.crafts", "/beheer/vakken", cast.ada),
        Page("people.add_craft", "/beheer/vakken/nieuw", cast.ada),
        Page("people.change_craft", f"/beheer/vakken/{craft.public_id}", cast.ada),
        Page("people.organisation_settings", "/beheer/instellingen", cast.ada),
        Page("people.quiet_weeks", "/beheer/instellingen/stille-weken", cast.ada),
        Page("people.poster", "/beheer/poster", cast.ada),
        Page("membership.hotspot_start", "/beheer/hotspot", cast.ada),
    ]


def themes_of(cast: Cast):
    """One published version."""
    from circles.themes.queries import ready_themes

    return ready_themes(cast.linde.id, "nl")[0]
