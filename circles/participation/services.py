"""Freezing closed quarters, and releasing figures from what was frozen. Both happen once."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from circles.extensions import db
from circles.participation import disclosure, quarters, queries
from circles.participation.models import ParticipationRelease, ParticipationSnapshot
from circles.people.models import Organisation

Row = TypeVar("Row", ParticipationSnapshot, ParticipationRelease)


class QuarterStillOpen(Exception):
    """The quarter has not closed, or not yet for fourteen days."""


def make_release(organisation: Organisation, quarter: str, now: datetime) -> ParticipationRelease:
    """The release of a closed quarter, made from its snapshot; what was made before stays as it is.

    Raises NotAQuarter and QuarterStillOpen.
    """
    if not quarters.is_settled(quarter, now, organisation.zone):
        raise QuarterStillOpen(quarter)
    made = _row(ParticipationRelease, organisation, quarter)
    if made:
        return made
    snapshot = _frozen(organisation, quarter, now)
    figures = disclosure.release(_snapshot(snapshot), organisation.k)
    made = ParticipationRelease(
        organisation_id=organisation.id, quarter=quarter, made_at=now, content=json.dumps(asdict(figures))
    )
    db.session.add(made)
    db.session.flush()
    return made


def figures_of(release: ParticipationRelease) -> disclosure.Figures:
    """The figures as they were released."""
    content = json.loads(release.content)
    return disclosure.Figures(
        **content
        | {
            "groups": tuple(disclosure.Group(**group) for group in content["groups"]),
            "merged": tuple(content["merged"]),
            "pairs": tuple(disclosure.Pair(**pair) for pair in content["pairs"]),
            "spread": tuple(disclosure.Bin(**part) for part in content["spread"]),
            "lives": tuple(disclosure.Bin(**part) for part in content["lives"]),
        }
    )


def organisations_to_release(now: datetime) -> list[int]:
    """Ids of organisations that were there in the latest settled quarter and have no release of it."""
    return [
        organisation.id
        for organisation in db.session.scalars(sa.select(Organisation).order_by(Organisation.id))
        if organisation.created_at < quarters.bounds(_due(organisation, now), organisation.zone)[1]
        and _row(ParticipationRelease, organisation, _due(organisation, now)) is None
    ]


def release_due(organisation_id: int, now: datetime) -> int:
    """Freezes and releases the latest settled quarter of one organisation."""
    organisation = db.session.get_one(Organisation, organisation_id)
    make_release(organisation, _due(organisation, now), now)
    return 1


def _due(organisation: Organisation, now: datetime) -> str:
    return quarters.last_settled(now, organisation.zone)


def _frozen(organisation: Organisation, quarter: str, now: datetime) -> ParticipationSnapshot:
    known = _row(ParticipationSnapshot, organisation, quarter)
    if known:
        return known
    content = json.dumps(asdict(queries.snapshot_of(organisation, quarter)))
    row = ParticipationSnapshot(
        organisation_id=organisation.id, quarter=quarter, taken_at=now, content=content
    )
    db.session.add(row)
    db.session.flush()
    return row


def _snapshot(row: ParticipationSnapshot) -> disclosure.Snapshot:
    content = json.loads(row.content)
    return disclosure.Snapshot(
        **content
        | {
            "departments": tuple(
                disclosure.Department(**department) for department in content["departments"]
            ),
            "people": tuple(content["people"]),
            "circles": tuple(
                disclosure.Met(tuple(met["members"]), met["days"]) for met in content["circles"]
            ),
        }
    )


def _row(model: type[Row], organisation: Organisation, quarter: str) -> Row | None:
    return db.session.scalar(
        sa.select(model).where(model.organisation_id == organisation.id, model.quarter == quarter)
    )
