"""What an administrator does: people, departments, roles, settings, and what needs attention. No circle data."""

from typing import cast

from flask import Flask
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from circles.people.views.administration import (
    crafts,
    departments,
    invitees,
    members,
    poster,
    quiet_weeks,
    roles,
    settings,
    tasks,
    uploads,
)
from circles.people.views.blueprint import bp
from circles.web import MenuItem, register_menu

__all__ = [
    "crafts",
    "departments",
    "invitees",
    "members",
    "poster",
    "quiet_weeks",
    "roles",
    "settings",
    "tasks",
    "uploads",
]


@bp.record_once
def add_words_to_the_menu(state: BlueprintSetupState) -> None:
    """The four words of an administrator."""
    words = (
        (_l("Mensen"), "people.invitation_list", "users", ("/beheer/rollen",)),
        (_l("Afdelingen"), "people.head_counts", "building-2", ("/beheer/vakken",)),
        (_l("Taken"), "people.administration", "list-checks", ()),
        (
            _l("Instellingen"),
            "people.organisation_settings",
            "settings",
            ("/beheer/hotspot", "/beheer/poster"),
        ),
    )
    app = cast(Flask, state.app)
    for number, (label, endpoint, icon, covers) in enumerate(words):
        register_menu(app, MenuItem(label, endpoint, icon, number, hat="administrator", covers=covers))
