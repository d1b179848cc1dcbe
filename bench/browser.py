"""A browser as far as a server can tell: keeps its cookies, and sends a form with all that the page put in it."""

from __future__ import annotations

import http.client
import re
import time
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

PATIENCE_SECONDS = 30
_FORM = re.compile(r"<form\b[^>]*\baction=\"([^\"]*)\"[^>]*>(.*?)</form>", re.DOTALL)
_HIDDEN = re.compile(r"<input\b[^>]*type=\"hidden\"[^>]*>")
_ATTRIBUTE = re.compile(r"\b(name|value)=\"([^\"]*)\"")


class Wrong(Exception):
    """The server answered something else than it should."""


class Browser:
    """One person's browser on a server of this machine. A connection of its own for each request."""

    def __init__(self, port: int, cookie: str) -> None:
        """`cookie` as `name=value`, empty for none."""
        self.port = port
        self.cookies = SimpleCookie(cookie)

    def get(self, path: str, times: list[float]) -> str:
        """The page there; adds the seconds it took. Raises Wrong, or OSError where nobody answers."""
        return self._ask("GET", path, times, expected=200)

    def fill_in(self, page: str, action: str, values: dict[str, str], times: list[float]) -> None:
        """Opens the page and sends its form to `action` with these values; adds the seconds of both. Raises Wrong."""
        hidden = _hidden_fields(self.get(page, times), action)
        self._ask("POST", action, times, expected=303, body=urlencode(hidden | values))

    def _ask(
        self, method: str, path: str, times: list[float], *, expected: int, body: str | None = None
    ) -> str:
        headers = {"Cookie": "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())}
        if body is not None:
            origin = f"http://127.0.0.1:{self.port}"
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        except http.client.HTTPException as error:
            raise Wrong(f"{method} {path}: {type(error).__name__}") from error
        finally:
            connection.close()
        times.append(time.perf_counter() - began)
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        if answer.status != expected:
            raise Wrong(f"{method} {path} answered {answer.status}")
        return page


def _hidden_fields(page: str, action: str) -> dict[str, str]:
    for address, content in _FORM.findall(page):
        if unescape(address) == action:
            fields = [dict(_ATTRIBUTE.findall(tag)) for tag in _HIDDEN.findall(content)]
            return {unescape(field["name"]): unescape(field.get("value", "")) for field in fields}
    raise Wrong(f"no form for {action}")
