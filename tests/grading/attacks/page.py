"""What in a page is active: it runs, loads, sends or covers something when the page is opened."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["active_parts"]

ACTIVE_TAGS = {
    *("audio", "base", "button", "embed", "form", "frame", "iframe", "input", "link", "math"),
    *("meta", "object", "script", "style", "svg", "video"),
}
ADDRESSES = {"action", "background", "data", "formaction", "href", "poster", "src", "srcset"}
LEADS_OUT = ("javascript:", "data:text", "data:image/svg", "http:", "https:", "//", "vbscript:")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
# MathJax leaves these alone.
NO_MATHS = {"code", "pre", "script", "style", "textarea"}


def active_parts(page: str, mark: str) -> list[str]:
    """The active parts of a page that carry the mark of the attacks, as short descriptions."""
    reader = _Reader(mark)
    reader.feed(page)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, mark: str) -> None:
        super().__init__(convert_charrefs=True)
        self.mark = mark
        self.found: list[str] = []
        self._open: list[str] = []
        self._inert = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)
        words = {name: value or "" for name, value in attrs}
        # a script of another type is data, until it breaks out of its tag
        self._inert = tag == "script" and "json" in words.get("type", "")
        for name, value in words.items():
            if self.mark in name or self.mark in value:
                self._judge(tag, name, value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        self._inert = False

    def handle_data(self, data: str) -> None:
        if self.mark not in data:
            return
        if any(tag in ACTIVE_TAGS for tag in self._open) and not self._inert:
            self.found.append(f"text inside {'/'.join(self._open[-4:])}")
        if "\\href{javascript" in data and NO_MATHS.isdisjoint(self._open):
            self.found.append("a formula that links to a script")

    def _judge(self, tag: str, name: str, value: str) -> None:
        address = name.split(":")[-1] in ADDRESSES
        leads_out = address and value.strip().lower().startswith(LEADS_OUT)
        if tag in ACTIVE_TAGS or name.startswith("on") or name == "style" or leads_out:
            self.found.append(f"<{tag} {name}={value[:60]!r}>")
