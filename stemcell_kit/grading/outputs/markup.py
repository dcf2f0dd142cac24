"""HTML by permission: what comes out is escaped text and the tags named here, nothing else.

The text is not repaired but written anew, so no reading of it by another parser can find a tag,
an attribute or an address that this module did not write itself. Each step looks at a character
once; Python's own ``html.parser`` needs minutes for some texts of 100 kB.
"""

from __future__ import annotations

import html
import re

from stemcell_kit.grading.outputs.pictures import clean_picture
from stemcell_kit.grading.outputs.plain import storable

__all__ = ["clean_html", "quiet_math"]

MOST_NESTED = 60

_PAIRED = re.compile(
    "b|blockquote|caption|code|dd|del|div|dl|dt|em|h[1-6]|i|ins|kbd|li|ol|p|pre|q|s|samp|small|"
    "span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|var"
)
_ALONE = re.compile("br|hr")
# what stands between these tags is no text for a reader
_UNREAD = re.compile(
    "applet|audio|canvas|embed|frameset|head|iframe|math|noembed|noframes|noscript|object|script|"
    "select|style|svg|template|textarea|title|video|xmp"
)
_TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:[\s/][^<>]*)?)>|[^<]+|<")
_COMMENT = re.compile(r"<!--|-->")
_SPAN = re.compile(r"""\b(colspan|rowspan)\s?=\s?["']?([0-9]{1,3})\b""", re.IGNORECASE)
_ALIGN = re.compile(r"""\btext-align\s?:\s?(left|right|center)\b""", re.IGNORECASE)
_SOURCE = re.compile(r"""\ssrc="([^"]*)\"""")
_ALT = re.compile(r"""\salt="([^"]*)\"""")
_EMBEDDED = re.compile(r"data:(image/(?:png|jpeg|gif));base64,(.*)", re.DOTALL)
_BESIDE = re.compile(r"(?:[\w-][\w .-]*/)*[\w-][\w .-]*\.(?:png|jpe?g|gif)", re.IGNORECASE)
# MathJax would make a link, a style or a name for scripts out of these
_ACTIVE_MATH = re.compile(
    r"\\(?=(?:href|url|require|class|cssId|style|data|unicode|mmlToken|includegraphics|bbox|"
    r"def|let|newcommand|renewcommand|newenvironment|renewenvironment|DeclareMathOperator)"
    r"(?![A-Za-z]))"
)


def clean_html(source: str, *, pictures: bool = False) -> str:
    """Return *source* with nothing but plain tags, for a page that people open.

    Parameters
    ----------
    source
        HTML from a learner.
    pictures
        Keep pictures that are in the text itself or lie beside the notebook.
    """
    written: list[str] = []
    still_open: list[str] = []
    unread = ""
    for token in _TOKEN.finditer(_without_comments(storable(source))):
        name = (token.group(2) or "").lower()
        closing = token.group(1) == "/"
        if unread:
            unread = "" if closing and name == unread else unread
        elif not name:
            written.append(html.escape(html.unescape(token.group()), quote=False))
        elif _UNREAD.fullmatch(name):
            unread = "" if closing else name
        elif closing:
            written += _closed(name, still_open)
        else:
            written.append(_opened(name, token.group(3), still_open, pictures))
    written += [f"</{name}>" for name in reversed(still_open)]
    return quiet_math("".join(written))


def quiet_math(source: str) -> str:
    r"""Return *source* with a joint after the backslash of ``\href`` and its like."""
    return _ACTIVE_MATH.sub("\\\\\N{WORD JOINER}", source)


def _without_comments(source: str) -> str:
    kept: list[str] = []
    start, inside = 0, False
    for mark in _COMMENT.finditer(source):
        opens = mark.group() == "<!--"
        if opens and not inside:
            kept.append(source[start : mark.start()])
            inside = True
        elif inside and not opens:
            start, inside = mark.end(), False
    return "".join(kept) if inside else "".join([*kept, source[start:]])


def _opened(name: str, attributes: str, still_open: list[str], pictures: bool) -> str:
    if _ALONE.fullmatch(name):
        return f"<{name}>"
    if name == "img":
        return _picture(attributes) if pictures else ""
    if not _PAIRED.fullmatch(name) or len(still_open) >= MOST_NESTED:
        return ""
    still_open.append(name)
    return f"<{name}{_layout(attributes) if name in ('td', 'th') else ''}>"


def _closed(name: str, still_open: list[str]) -> list[str]:
    """End the tag and those begun inside it: an end without a beginning would end ours."""
    if name not in still_open:
        return []
    ended = [still_open.pop()]
    while ended[-1] != name:
        ended.append(still_open.pop())
    return [f"</{one}>" for one in ended]


def _layout(attributes: str) -> str:
    spans = {name.lower(): count for name, count in _SPAN.findall(attributes)}
    kept = [f' {name}="{count}"' for name, count in spans.items()]
    aligned = _ALIGN.search(attributes)
    if aligned:
        kept.append(f' style="text-align: {aligned.group(1).lower()}"')
    return "".join(kept)


def _picture(attributes: str) -> str:
    source = _SOURCE.search(attributes)
    address = html.unescape(source.group(1)) if source else ""
    embedded = _EMBEDDED.fullmatch(address)
    if embedded:
        kind = embedded.group(1)
        picture = clean_picture(embedded.group(2), kind)
        address = f"data:{kind};base64,{picture}" if picture else ""
    elif len(address) > 300 or not _BESIDE.fullmatch(address):
        address = ""
    alt = _ALT.search(attributes)
    words = html.escape(html.unescape(alt.group(1))) if alt else ""
    return f'<img src="{address}" alt="{words}">' if address else words
