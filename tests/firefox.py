"""A real Firefox for what another browser than Chromium must show too, spoken to by WebDriver BiDi."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

__all__ = ["FIREFOX", "Firefox", "firefox_window"]

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), "")
_SECONDS = 60


class Firefox:
    """One window; each method is one command of the protocol."""

    def __init__(self, address: str) -> None:
        from websocket import create_connection

        self._socket = create_connection(address, timeout=_SECONDS, suppress_origin=True)
        self._number = 0
        self._call("session.new", capabilities={})
        self._window = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def close(self) -> None:
        """End the conversation."""
        self._socket.close()

    def goto(self, address: str) -> None:
        """Open a page and wait until it is there."""
        self._call("browsingContext.navigate", context=self._window, url=address, wait="complete")

    def value(self, expression: str) -> Any:
        """Return what an expression gives in the page, a promise's outcome included."""
        return self._evaluate(expression).get("value")

    def choose(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files for an input field."""
        field = self._evaluate(f"document.querySelector({selector!r})")
        self._call(
            "input.setFiles",
            context=self._window,
            element={"sharedId": field["sharedId"]},
            files=[str(path) for path in files],
        )

    def shoot(self, path: Path) -> None:
        """Keep a picture of the page."""
        shot = self._call("browsingContext.captureScreenshot", context=self._window)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _evaluate(self, expression: str) -> dict[str, Any]:
        target = {"context": self._window}
        found = self._call(
            "script.evaluate", expression=expression, target=target, awaitPromise=True
        )
        assert found["type"] == "success", found
        result: dict[str, Any] = found["result"]
        return result

    def _call(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._number:
                assert answer["type"] == "success", answer
                return answer["result"]


@contextmanager
def firefox_window(profile: Path) -> Iterator[Firefox]:
    """Start Firefox without a window on the screen and without a network."""
    # a proxy that nobody serves: every request that leaves this computer fails
    settings = {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.ssl": "127.0.0.1",
    }
    settings |= {"network.proxy.http_port": 9, "network.proxy.ssl_port": 9}
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in settings.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [FIREFOX, "--headless", "--no-remote", "--profile", str(profile)]
    started = subprocess.Popen(
        [*command, "--remote-debugging-port", "0", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert started.stderr is not None
    try:
        said = next(line for line in started.stderr if "WebDriver BiDi listening" in line)
        with closing(Firefox(said.split()[-1] + "/session")) as firefox:
            yield firefox
    finally:
        started.terminate()
        started.wait(timeout=_SECONDS)
        started.stderr.close()
