"""`articles/*.md`: Markdown in, plain words out; what is wrong is said with its file and line."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.adoption import difference
from bot.configuration import load_folder
from config.problems import ConfigError
from desk.articles import Article


@pytest.fixture
def put(folder):
    (folder / "articles").mkdir()
    return lambda name, text: (folder / "articles" / name).write_bytes(text.encode() if isinstance(text, str) else text)


def from_files(folder):
    return [article for article in load_folder(folder).desk.articles if article.ref != "the-vpn-drops"]


PAGE = """---
words: [wi-fi, wlan]
client: acme
---
# Wi-Fi for *guests*

Words: hotspot, guest network

The code hangs at the `reception`.
It changes **each week**, see [the list](https://intranet.example/codes).

1. Choose `GUEST`
2. Type the code
   - without blanks
   - all of it

```
netsh wlan show <profiles>
```

Or ask at <https://help.example>.
"""
WORDS = """\
The code hangs at the reception. It changes each week, see the list (https://intranet.example/codes).
1. Choose GUEST
2. Type the code
  • without blanks
  • all of it

netsh wlan show <profiles>

Or ask at https://help.example."""


def test_a_file_becomes_plain_words_that_every_platform_can_show(folder, put):
    put("guest-wifi.md", PAGE)
    phrases = ("wi-fi", "wlan", "hotspot", "guest network")
    assert from_files(folder) == [Article("guest-wifi", "Wi-Fi for guests", WORDS, phrases, "acme")]


def test_the_articles_of_the_yaml_file_stay_and_are_called_by_their_titles(folder, put):
    put("short.md", "# A title\n\nAn answer.\n")
    assert [article.ref for article in load_folder(folder).desk.articles] == ["the-vpn-drops", "short"]


def test_windows_line_ends_and_a_byte_order_mark_are_no_trouble(folder, put):
    put("short.md", "\ufeff# A title\r\n\r\nWords: one, two\r\n\r\nAn answer.\r\n".encode())
    assert from_files(folder) == [Article("short", "A title", "An answer.", ("one", "two"))]


def test_a_configuration_with_another_article_is_another_version(folder, put):
    put("short.md", "# A title\n\nAn answer.\n")
    before = load_folder(folder)
    put("short.md", "# A title\n\nAnother answer.\n")
    after = load_folder(folder)
    assert before.version != after.version
    assert after.files["articles/short.md"].endswith("Another answer.\n")


def test_an_article_that_left_is_told_of_like_one_that_came():
    page = {"articles/vpn.md": "# The VPN drops"}
    assert difference({}, page) == "articles/vpn.md\n+ # The VPN drops"
    assert difference(page, {}) == "articles/vpn.md\n- # The VPN drops"


def test_what_is_no_markdown_file_is_left_alone(folder, put):
    put("notes.txt", "not an article")
    put(".draft.md", "not yet")
    put("vpn.md~", "a copy that an editor made")
    assert from_files(folder) == []


@pytest.mark.parametrize(
    ("text", "line", "part", "why"),
    [
        ("An answer without a title.\n", 1, "written as `# Title`", "no heading"),
        ("Before it.\n\n# A title\n\nAn answer.\n", 1, "the first line", "the heading is not the first"),
        ("# One\n\nAn answer.\n\n# Two\n", 1, "there is one", "two titles"),
        ("## Two\n\nAn answer.\n", 1, "written as `# Title`", "a smaller heading"),
        ("# A title\n", 1, "what to do below it", "nothing below"),
        ("# A title\n\nOne\ntwo <b>bold</b>\n", 4, "HTML is not shown", "HTML in a line, on its line"),
        ("# A title\n\n<div>\nx\n</div>\n", 3, "HTML is not shown", "HTML as a block"),
        ("# A title\n\n[x](javascript:alert(1))\n", 3, "`javascript:alert(1)`: a link begins with", "a script"),
        ("# A title\n\nOne\n[x](ftp://a.example)\n", 4, "`ftp://a.example`", "another scheme"),
        ("# A title\n\n![x](photo.png)\n", 3, "`photo.png`", "a picture beside it: no chat could show that"),
        ("# A title\n\n[x](http:///y)\n", 3, "names a host", "no host"),
        ("# A title\n\nhttps://me:secret@a.example\n", 3, "user name or password", "a password in an address"),
        ("---\nclient: acne\n---\n# A title\n\nx\n", 2, "there is no client `acne`; did you mean `acme`?", "no client"),
        ("---\ntitle: x\n---\n# A title\n\nx\n", 2, "unknown key", "a key that means nothing here"),
        ("---\nwords: [a\n---\n# A title\n\nx\n", 3, "this is not YAML", "no YAML"),
        ("---\nwords: [a]\n# A title\n\nx\n", 1, "must end them", "settings without an end"),
        ("---\nwords: [a]\n---\n# A title\n\n<b>x</b>\n", 6, "HTML", "lines are counted from the top of the file"),
        ("# A title\n\n" + "x" * 4001, 1, "no chat shows more", "too long for a chat"),
        ("# " + "x" * 201 + "\n\ny\n", 1, "a title has at most 200", "a title that is none"),
        (b"# A title\n\n\xff\n", 3, "not UTF-8", "another encoding"),
        (b"# A title\n\n" + b"x" * 64_000, 1, "64,000 bytes", "a large file"),
    ],
)
def test_what_is_wrong_with_an_article_is_said_on_its_line(put, problems, text, line, part, why):
    put("bad.md", text)
    (problem,) = {(p.file, p.line, p.sentence) for p in problems()}
    assert problem[:2] == ("articles/bad.md", line), why
    assert part in problem[2], why
    assert "secret" not in problem[2]


@pytest.mark.parametrize(
    ("name", "part", "why"),
    [
        ("My Article.md", "small letters, digits and dashes", "a name that cannot be typed"),
        ("17.md", "not digits alone", "numbers are of those that are added in chat"),
        ("the-vpn-drops.md", "there is an article `the-vpn-drops`", "the name of one in deskbell.yaml"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(put, problems, name, part, why):
    put(name, "# A title\n\nAn answer.\n")
    (problem,) = problems()
    assert problem.file == f"articles/{name}", why
    assert part in problem.sentence, why


def test_a_folder_that_is_called_like_an_article_is_refused(folder, problems):
    (folder / "articles" / "vpn.md").mkdir(parents=True)
    (problem,) = problems()
    assert (problem.file, problem.sentence) == ("articles/vpn.md", "the file cannot be read: it is no ordinary file.")


def test_two_titles_that_are_alike_are_told_apart_by_their_place(folder, spoil):
    spoil("deskbell.yaml", "articles:\n", "articles:\n  - {title: The VPN drops, words: [x], answer: y}\n")
    assert [article.ref for article in load_folder(folder).desk.articles] == ["the-vpn-drops", "the-vpn-drops-2"]


def test_an_article_of_the_yaml_file_may_be_one_clients(folder, spoil, problems):
    spoil("deskbell.yaml", "articles:\n", "articles:\n  - {title: T, words: [x], answer: y, client: acme}\n")
    assert load_folder(folder).desk.articles[0].client == "acme"
    spoil("deskbell.yaml", "client: acme}\n  - title", "client: acne}\n  - title")
    assert "there is no client `acne`" in problems()[0].sentence


PARTS = [*"#>-*[]()!<>`~\\&1.\t \n", "---\n", "words:", "](", "http://", "é", "\u200b"]
PAGES = st.lists(st.sampled_from(PARTS), max_size=60).map(lambda parts: ("# T\n" + "".join(parts)).encode())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | PAGES)
def test_whatever_stands_in_a_file_it_is_an_article_or_a_sentence(folder, content):
    """Never a traceback, and what is taken can be shown."""
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / "any.md").write_bytes(content)
    try:
        found, complained_of = from_files(folder), set()
    except ConfigError as error:
        found, complained_of = [], {problem.file for problem in error.problems}
    assert len(found) + len(complained_of) == 1
    assert complained_of <= {"articles/any.md"}
    assert all(article.title and article.answer for article in found)
