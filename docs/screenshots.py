"""Pictures for the README, taken of the demo in a real browser: `make screenshots`. Needs Chromium."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from circles import create_app
from circles.run import prepare
from config import ROOT, Config

HERE = Path(__file__).parent
PASSWORD = "demo-vakcirkels-2026"  # noqa: S105  of the demo, on this machine
LAPTOP, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
# Name of the picture, who looks, how wide, and where: an address, or a link on Vandaag that holds these words.
PICTURES = [
    ("vandaag", "alice", LAPTOP, "/"),
    ("bijeenkomst", "alice", PHONE, "link:Bereid je voor"),
    ("deelname", "olga", LAPTOP, "/organisatie/deelname"),
    ("logboek", "alice", PHONE, "/logboek"),
]


def main() -> None:
    """Takes every picture anew, as JPEG of at most some 100 kB."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("Chromium is missing.")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        for name, who, size, where in PICTURES:
            page = signed_in(browser, address, who, size)
            page.goto(address if where.startswith("link:") else address + where)
            if where.startswith("link:"):
                page.get_by_role("link", name=where[5:]).first.click()
                page.wait_for_load_state()
            page.screenshot(path=HERE / f"{name}.jpg", type="jpeg", quality=82)
            page.context.close()
        browser.close()


@contextmanager
def demo() -> Iterator[str]:
    """The demo on a port of its own, in a folder that is thrown away; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **os.environ,
            "VAR_DIR": folder,
            "DEMO": "1",
            "DATABASE_URL": "",
            "BASE_URL": "",
            "MAIL_URL": "",
        }
        subprocess.run([sys.executable, "-m", "circles.setup"], cwd=ROOT, env=env, check=True)
        config = Config.from_env(env)
        prepare(config, env)
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        server = make_server("127.0.0.1", 0, create_app(config), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def signed_in(browser: Browser, address: str, who: str, size: dict[str, int]) -> Page:
    """A page of somebody who signed in with the demo's password."""
    context = browser.new_context(viewport=size, locale="nl-NL", color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/inloggen")
    page.fill("input[name=email]", f"{who}@delinde.example")
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_text("Liever met je wachtwoord").click()
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Log in met wachtwoord").click()
    page.wait_for_load_state()
    return page


if __name__ == "__main__":
    main()
