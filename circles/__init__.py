"""Vakcirkels: circles of professional friends who talk about good work, and keep what they conclude."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from circles import (
    availability,
    cli,
    conclusions,
    formation,
    mail,
    meetings,
    membership,
    mydata,
    participation,
    people,
    policy,
    themes,
    web,
)
from circles.database import prepare_engine
from circles.extensions import babel, csrf, db, login, migrations
from circles.sealing import Keyring
from config import ROOT, Config

SLICES = (
    mail,
    people,
    availability,
    membership,
    themes,
    formation,
    meetings,
    conclusions,
    mydata,
    participation,
)


def create_app(config: Config) -> Flask:
    """The wired app. Raises ConfigError or RuntimeError rather than start in a state that could harm."""
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "circles" / "static")
    )
    app.config.from_mapping(config.for_flask())
    app.extensions["keyring"] = Keyring(config.log_keys)
    config.var_dir.mkdir(parents=True, exist_ok=True)
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app,
        x_for=config.trusted_proxies,
        x_proto=config.trusted_proxies,
        x_host=config.trusted_proxies,
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrations.init_app(app)
    babel.init_app(app, locale_selector=web.choose_language)
    login.init_app(app)
    csrf.init_app(app)
    web.init_app(app)
    for part in SLICES:
        part.init_app(app)
    cli.init_app(app)
    policy.require_declarations(app)
    for view in policy.one_click_views(app):
        csrf.exempt(view)
    return app
