"""HTML from a learner comes out as text and plain tags, whatever it was made of."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stemcell_kit.grading.outputs import clean_html, plain_text

ALLOWED = set(
    re.findall(
        r"[a-z0-9]+",
        "b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p "
        "pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul var",
    )
)


class Tags(HTMLParser):
    """Every tag of a text with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_table_stays_a_table() -> None:
    """A DataFrame keeps its rows and headings, and loses its style sheet and classes."""
    html = (
        "<div>\n<style scoped>\n .dataframe { color: red }\n</style>\n"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;"><th></th>'
        '<th colspan="2" style="text-align: right; color: red">n &lt; 2</th></tr></thead></table></div>'
    )
    shown = clean_html(html)

    assert "".join(shown.split("\n")) == (
        "<div><table><thead><tr><th></th>"
        '<th colspan="2" style="text-align: right">n &lt; 2</th></tr></thead></table></div>'
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title='--><img src onerror=alert(1)>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=//evil.example><button formaction=javascript:alert(1)>Full marks</button></form>",
    "<a href=javascript:alert(1)>x</a><a href='//evil.example'>y</a>",
    "<link rel=stylesheet href=//evil.example/x.css><base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>.score{display:none}</style>",
    "<b style='background:url(//evil.example)' onclick=alert(1) class=score id=top>x</b>",
    "<td style='text-align:center;background:url(javascript:1)' onfocus=alert(1)>x</td>",
    "<td colspan='2 onclick=alert(1)'>x</td>",
    "</div></div></body><div id=fake>Score: 10</div>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<title><b title='</title><img src=x onerror=alert(1)>'>",
    "<b title='><img src=x onerror=alert(1)>'>",
    '<b title="<img src=x onerror=alert(1)>">',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<x onclick=alert(1)>x</x>",
    "<\0script>alert(1)</\0script>",
    "<b\0onclick=alert(1)>x</b>",
    "<table><td><img src=//evil.example/pixel.png></td></table>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_active_markup_is_left(text: str) -> None:
    """Neither in a result nor in a text cell does a tag stay that can do something."""
    for shown in (clean_html(text), clean_html(text, pictures=True)):
        assert_harmless(shown)


def assert_harmless(shown: str) -> None:
    for tag, attributes in Tags(shown).found:
        assert tag in ALLOWED
        assert set(attributes) <= {"colspan", "rowspan", "style"}
        assert re.fullmatch("text-align: (left|right|center)", attributes.get("style") or "") or (
            "style" not in attributes
        )


BITS = st.sampled_from(
    [
        *"<>/='\"&;!- \n\x00ab",
        "<script>",
        "</script>",
        "<b ",
        "<div>",
        "</div>",
        "<td ",
        "<img ",
        "src=",
        "onclick=",
        "<!--",
        "-->",
        "style=",
        "javascript:",
        "&lt;",
        "&#60;",
        "<svg",
        "text-align:left",
    ]
)


@given(st.lists(BITS, max_size=60).map("".join))
def test_no_mixture_of_markup_gets_through(text: str) -> None:
    """Two parsers find only plain tags in what is left, all of them closed, and a second cleaning nothing to do."""
    from bleach._vendor import html5lib

    shown = clean_html(text)

    assert_harmless(shown)
    assert clean_html(shown) == shown
    page = html5lib.parse(
        f"<main><section>{shown}</section><hr></main>", namespaceHTMLElements=False
    )
    assert [child.tag for child in page.find("body/main")] == ["section", "hr"]
    for element in page.find("body/main/section").iter():
        assert element.tag == "section" or element.tag in ALLOWED


@pytest.mark.parametrize(
    "bit",
    [
        "<",
        "<a ",
        "<b x='",
        "&",
        "<!--",
        "<![CDATA[",
        "</",
        "<script>",
        "<div>",
        '<img src="',
        "\\href",
        "<td style=text-align:",
        "\x1b[",
        "\x1b]",
        "\x1b[1m",
    ],
)
def test_no_text_takes_long_to_clean(bit: str) -> None:
    """A text of the largest size made to be slow is done in a second at most, usually far less."""
    text = (bit * 100_000)[:100_000]
    begun = time.process_time()
    clean_html(text)
    plain_text(text, most=100_000)

    assert time.process_time() - begun < 2
