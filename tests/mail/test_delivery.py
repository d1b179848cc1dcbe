"""What leaves the outbox: once, in order, again after a refusal that passes, never after one that stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import pairwise

import pytest
import sqlalchemy as sa

from circles import clock
from circles.extensions import db
from circles.mail import delivery
from circles.mail.models import OutboxMail
from circles.mail.outbox import Recipient, Written, enqueue
from circles.mail.queries import oldest_unsent
from circles.mail.transport import SmtpTransport, transport_for
from circles.worker.rounds import deliver_all
from tests.smtp import ACCEPT, HANG_UP, LATER, LOSE_ANSWER, NEVER, Postbox


def queue(
    key: str, *, to: str = "bob@delinde.example", topic: str | None = None, lane: str | None = None
) -> bool:
    return enqueue(
        key=key,
        kind="test",
        to=Recipient(to, "Bob", "nl"),
        written=Written(f"Vakcirkel {key}", f"Tekst van {key}\n", f"<p>Tekst van {key}</p>"),
        now=clock.now(),
        topic=topic,
        lane=lane,
    )


@pytest.fixture
def postbox(app, monkeypatch) -> Iterator[Postbox]:
    with Postbox() as postbox:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_url=postbox.url))
        yield postbox


def subjects(postbox: Postbox) -> list[str]:
    return [mail.parsed()["subject"] for mail in postbox.received]


def states() -> dict[str, str]:
    db.session.expire_all()
    return {mail.key: mail.state for mail in db.session.scalars(sa.select(OutboxMail))}


def test_the_same_key_is_queued_once(postbox, now):
    assert (queue("a"), queue("a")) == (True, False)
    db.session.commit()
    deliver_all(now, worker="w")
    assert subjects(postbox) == ["Vakcirkel a"]


def test_mail_to_one_address_keeps_its_order(postbox, now):
    for key in "abc":
        queue(key)
    queue("d", to="carol@delinde.example")
    db.session.commit()
    deliver_all(now, worker="w")
    to_bob = [mail.parsed()["subject"] for mail in postbox.received if mail.recipient.startswith("bob")]
    assert to_bob == ["Vakcirkel a", "Vakcirkel b", "Vakcirkel c"]


def test_an_unsent_mail_is_dropped_for_a_newer_one_on_the_same_topic(postbox, now):
    queue("a", topic="meeting")
    queue("b", topic="meeting")
    db.session.commit()
    deliver_all(now, worker="w")
    assert subjects(postbox) == ["Vakcirkel b"]
    assert states() == {"a": "superseded", "b": "sent"}


def test_what_is_put_off_goes_first_when_its_time_comes(postbox, now):
    postbox.behaviour = lambda number, _: LATER if number == 0 else ACCEPT
    queue("a")
    queue("b")
    db.session.commit()
    deliver_all(now, worker="w")
    assert subjects(postbox) == []
    deliver_all(now + timedelta(minutes=5), worker="w")
    assert subjects(postbox) == ["Vakcirkel a", "Vakcirkel b"]


def test_a_code_does_not_wait_behind_other_mail(postbox, now):
    postbox.behaviour = lambda number, _: LATER if number == 0 else ACCEPT
    queue("a")
    db.session.commit()
    deliver_all(now, worker="w")
    queue("code", lane="code:bob@delinde.example")
    db.session.commit()
    deliver_all(now, worker="w")
    assert subjects(postbox) == ["Vakcirkel code"]


def test_a_refusal_for_good_is_dead_at_once_and_holds_nothing_up(postbox, now):
    postbox.behaviour = lambda number, _: NEVER if number == 0 else ACCEPT
    queue("a")
    queue("b")
    db.session.commit()
    deliver_all(now, worker="w")
    assert states() == {"a": "dead", "b": "sent"}


def test_after_two_days_it_says_so(postbox, now):
    postbox.behaviour = lambda *_: LATER
    queue("a")
    db.session.commit()
    deliver_all(now, worker="w")
    assert states() == {"a": "queued"}
    deliver_all(now + timedelta(hours=49), worker="w")
    assert states() == {"a": "dead"}
    assert db.session.scalars(sa.select(OutboxMail.error)).one().startswith("48 h: 451")


@pytest.mark.parametrize("choice", [LOSE_ANSWER, HANG_UP])
def test_no_answer_means_again_with_the_same_bytes(postbox, now, choice):
    postbox.behaviour = lambda number, _: choice if number == 0 else ACCEPT
    queue("a")
    db.session.commit()
    deliver_all(now, worker="w")
    deliver_all(now + timedelta(minutes=5), worker="w")
    contents = {mail.content for mail in postbox.received}
    assert (len(postbox.received), len(contents)) == (2 if choice == LOSE_ANSWER else 1, 1)
    assert states() == {"a": "sent"}


def test_a_server_that_is_away_keeps_the_mail(app, now, monkeypatch):
    with Postbox() as gone:
        url = gone.url
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_url=url))
    queue("a")
    db.session.commit()
    deliver_all(now, worker="w")
    assert states() == {"a": "queued"}
    assert oldest_unsent(now + timedelta(hours=1)) == timedelta(hours=1)


def test_waits_double_within_an_hour():
    waits = [delivery.wait_before_try(tries, "<a@b>") for tries in range(1, 12)]
    assert timedelta(seconds=24) <= waits[0] <= timedelta(seconds=36)
    assert all(later > sooner for sooner, later in pairwise(waits[:6]))
    assert max(waits) <= timedelta(hours=1, minutes=12)


def test_two_workers_never_send_one_mail_twice(app, postbox, now):
    for number in range(120):
        queue(f"m{number}", to=f"person{number}@delinde.example")
    db.session.commit()
    barrier, errors = threading.Barrier(2), []

    def work(name: str) -> None:
        barrier.wait()
        try:
            with app.app_context():
                deliver_all(now, worker=name)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=[name]) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(mail.recipient for mail in postbox.received) == sorted(
        f"person{number}@delinde.example" for number in range(120)
    )


def test_the_mails_of_a_worker_that_died_are_taken_over_when_its_lease_ends(app, postbox, now):
    queue("a")
    db.session.commit()
    with SmtpTransport(postbox.url):
        assert [mail.key for mail in delivery.claim("dead", now)] == ["a"]
    deliver_all(now + timedelta(seconds=60), worker="w")
    assert subjects(postbox) == []
    deliver_all(now + delivery.LEASE + timedelta(seconds=1), worker="w")
    assert subjects(postbox) == ["Vakcirkel a"]


def test_a_folder_takes_mail_as_files(app, tmp_path, now, monkeypatch):
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_url=f"file://{tmp_path}/mail")
    )
    queue("a")
    db.session.commit()
    deliver_all(now, worker="w")
    files = list((tmp_path / "mail").glob("*.eml"))
    assert len(files) == 1
    assert message_from_bytes(files[0].read_bytes(), policy=policy.default)["subject"] == "Vakcirkel a"
    assert isinstance(transport_for("smtp://localhost"), SmtpTransport)


def test_a_closed_account_gets_no_mail(cast, now):
    cast.bob.disabled_at = now
    written = Written("Vakcirkel", "Tekst\n", "<p>Tekst</p>")
    queued = [
        enqueue(key=f"a:{person.name}", kind="test", to=person, written=written, now=now)
        for person in (cast.alice, cast.bob)
    ]
    assert queued == [True, False]
