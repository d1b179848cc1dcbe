"""A second parser for what we send: ical.js, run by node once for many messages."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conftest import missing

LIBRARY = Path(__file__).parent / "vendor" / "ical.min.js"
SCRIPT = """
import ICAL from %s;
let input = '';
for await (const chunk of process.stdin) input += chunk;
const out = JSON.parse(input).map(text => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent');
  return {
    method: calendar.getFirstPropertyValue('method'),
    version: calendar.getFirstPropertyValue('version'),
    prodid: calendar.getFirstPropertyValue('prodid'),
    events: events.map(event => {
      const value = name => { const v = event.getFirstPropertyValue(name); return v === null ? null : String(v); };
      return {
        uid: value('uid'), sequence: Number(value('sequence')), stamp: value('dtstamp'), starts: value('dtstart'),
        ends: value('dtend'), summary: value('summary'), location: value('location'), description: value('description'),
        status: value('status'), organizer: value('organizer'), url: value('url'), klass: value('class'),
        attendees: event.getAllProperties('attendee').map(a => ({
          address: String(a.getFirstValue()), partstat: a.getParameter('partstat'), rsvp: a.getParameter('rsvp'),
          name: a.getParameter('cn')})),
      };
    }),
  };
});
console.log(JSON.stringify(out));
"""


def parsed(calendars: Sequence[bytes]) -> list[dict[str, Any]]:
    """What ical.js reads in each calendar; fails when it cannot. One process for all of them."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        missing("node")
    run = subprocess.run(
        [str(node), "--input-type=module", "-e", SCRIPT % json.dumps(LIBRARY.as_uri())],
        input=json.dumps([calendar.decode() for calendar in calendars]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found
