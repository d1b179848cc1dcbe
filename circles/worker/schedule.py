"""What is done, and how often. Every job asks what is due, so a missed run is made up by the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from circles.conclusions import services as conclusions
from circles.database import empty_journal
from circles.extensions import db
from circles.mail import services as mail
from circles.meetings.services import announcing, changing, planning, reminding, resting
from circles.membership.services import asks, changes, forgetting, invitations, seats, waiting
from circles.mydata import services as mydata
from circles.participation import services as participation
from circles.people.services import ending, limits, listing, signing_in, uploads
from circles.people.services import forgetting as people


@dataclass(frozen=True)
class Job:
    """`due` names the things to do at an instant, `do` does one of them and says how much came of it.

    Each thing is a transaction of its own: what fails is rolled back and does not hold up the rest.
    """

    name: str
    every: timedelta
    due: Callable[[datetime], Sequence[int]]
    do: Callable[[int, datetime], int]


def _once(_now: datetime) -> Sequence[int]:
    return [0]


def _forget(_: int, now: datetime) -> int:
    short = limits.forget_attempts(now) + signing_in.forget_expired(now) + people.forget_trail(now)
    lists = listing.forget_withdrawn(now) + uploads.forget_uploads(now)
    return lists + short + mail.forget_bodies(now) + mail.forget_rows(now)


def _wipe_journal(_: int, _now: datetime) -> int:
    db.session.rollback()  # a transaction of our own would hold what is to be emptied
    empty_journal(db.engine)
    return 0


SECONDS_10, MINUTE, HOUR = timedelta(seconds=10), timedelta(minutes=1), timedelta(hours=1)

# In the order in which one round does them: what is over, what is planned, what is told.
SCHEDULE = [
    Job("meetings closed", MINUTE, changing.meetings_to_close, changing.close),
    Job("pauses ended", HOUR, seats.pauses_that_end, seats.end_pause),
    Job("rests ended", HOUR, resting.rests_that_end, resting.end_rest),
    Job("asks expired", HOUR, asks.asks_that_end, asks.expire_ask),
    Job("circle invitations tended", HOUR, invitations.invitations_to_tend, invitations.tend_invitation),
    Job("free seats offered", MINUTE, waiting.circles_with_a_seat_to_offer, waiting.offer_seats),
    Job("meetings planned", MINUTE, planning.circles_to_plan, planning.plan_circle),
    Job("calendar mails queued", SECONDS_10, announcing.meetings_to_announce, announcing.announce),
    Job("reminders queued", MINUTE, reminding.meetings_to_remind_of, reminding.remind),
    Job("news of circles queued", SECONDS_10 * 3, changes.changes_to_tell, changes.tell_changes),
    Job("uploaded lists taken in", SECONDS_10 / 2, uploads.due_uploads, uploads.apply_upload),
    Job("list invitations queued", SECONDS_10, listing.due_invitations, listing.send_invitation),
    Job("figures released", HOUR, participation.organisations_to_release, participation.release_due),
    Job("deleted conclusions wiped", HOUR, conclusions.conclusions_to_wipe, conclusions.wipe),
    Job("old mail, codes and sessions forgotten", HOUR, _once, _forget),
    Job("ended circles forgotten", HOUR, forgetting.circles_to_forget, forgetting.forget_circle),
    Job("ended organisations erased", HOUR, ending.organisations_to_erase, mydata.erase_organisation),
    Job("journal emptied", HOUR, _once, _wipe_journal),
]
