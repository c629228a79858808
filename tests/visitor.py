"""Somebody at a browser without a window: signs in, opens a page, sends its form. For many at once."""

from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tests.browser import Fields, typed
from tests.served import PASSWORD


class Visitor:
    """One session on a served site. Not shared between threads."""

    def __init__(self, base: str) -> None:
        place = urlsplit(base)
        self._host, self._port = str(place.hostname), place.port
        self._cookies: SimpleCookie = SimpleCookie()

    def sign_in(self, username: str) -> "Visitor":
        """With the password of the sample accounts."""
        self.get("/accounts/login/")
        answer, _ = self.post("/accounts/login/", {"login": [username], "password": [PASSWORD]})
        assert answer.status == 302, answer.status
        return self

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        """The answer and its text."""
        return self._ask("GET", path)

    def form(self, path: str) -> Fields:
        """The fields of a page's form as served."""
        return typed(self.get(path)[1])

    def post(self, path: str, fields: Fields) -> tuple[HTTPResponse, str]:
        """Send a form as this session's page would."""
        token = self._cookies["csrftoken"].value
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": [token]}, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection(self._host, self._port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={each.value}" for name, each in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies.load(line)
        connection.close()
        return answer, text
