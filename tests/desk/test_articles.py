"""Which articles answer a question, and what of a ticket may stand in one."""

import pytest

from desk.articles import ASKED, Article, asked, best, unnamed

VPN = Article("vpn", "The VPN drops or does not connect", "Quit it and connect again.", ("vpn", "remote access"))
PRINTER = Article("printer", "The printer does not print", "Switch it off, delete the jobs.", ("printer", "toner"))
WIFI = Article("wifi", "Wi-Fi for guests", "The code of the week hangs at the reception, beside the coffee machine.")
MAIL = Article("mail", "Mail on a new phone", "Add an account of the kind Exchange. The server is mail.acme.example.")
ALL = (VPN, PRINTER, WIFI, MAIL)


@pytest.mark.parametrize(
    ("words", "refs", "why"),
    [
        ("my vpn drops", ["vpn"], "a phrase that brings it up"),
        ("VPN!", ["vpn"], "whatever its case, and what stands around it"),
        ("no remote access since Monday", ["vpn"], "a phrase of two words"),
        ("remote printers", ["vpn", "printer"], "a word of a short question is enough, in any form"),
        ("both printers are out of toner", ["printer"], "forms and phrases"),
        ("wifi", [], "another word than the two of Wi-Fi"),
        ("wi-fi", ["wifi"], "one question of two words, both in the title"),
        ("where is the guest Wi-Fi code", ["wifi"], "several words of a long one"),
        ("my phone fell into the lake", [], "one word of a title in a long question helps nobody"),
        ("which server has the Exchange account", ["mail"], "three words that are in the answer alone"),
        ("the lorry is lost", [], "nothing of it"),
        ("is it not on the", [], "words that are in every answer"),
        ("", [], "no words"),
        ("the vpn drops and the printer is out of toner", ["printer", "vpn"], "the one that has more comes first"),
    ],
)
def test_what_answers_a_question_comes_first_and_what_does_not_is_left_out(words, refs, why):
    assert [article.ref for article in best(ALL, words)] == refs, why


def test_three_are_enough_and_equals_keep_their_order():
    many = [Article(str(n), f"Printer {n}", "Switch it off and on.", ("printer",)) for n in range(1, 9)]
    assert [article.ref for article in best(many, "printer")] == ["1", "2", "3"]


def test_accents_do_not_count():
    munich = Article("muc", "Räume in München", "Mit dem Kalender.", ("räume",))
    assert best([munich], "RAUME in munchen") == [munich]


def test_of_a_long_text_the_first_words_are_looked_for_each_once():
    assert asked("the VPN, the vpn and a Printer") == ("vpn", "printer")
    assert len(asked(" ".join(f"word{n}" for n in range(1000)))) == ASKED


@pytest.mark.parametrize(
    ("words", "without", "why"),
    [
        ("Hello Ann, it works", "Hello …, it works", "the first name"),
        ("Ann Lee's laptop", "…'s laptop", "the whole name is one"),
        ("Mr Lee cannot print", "Mr … cannot print", "the last name"),
        ("Annual leave", "Annual leave", "a part of a word is no name"),
        ("ann", "ann", "names are written large: `mark` and `will` are words"),
        ("Restart it", "Restart it", "nothing of it"),
    ],
)
def test_an_article_does_not_name_who_asked(words, without, why):
    assert unnamed(words, "Ann Lee") == without, why


def test_a_name_that_is_empty_or_full_of_marks_changes_nothing_else():
    assert unnamed("a.b (c)", "") == "a.b (c)"
    assert unnamed("Ask O'Neil (jr.) now", "O'Neil (jr.)") == "Ask … now"
