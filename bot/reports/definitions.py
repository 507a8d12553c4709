"""What is said about the numbers of a report: what each is of, and how it is made."""

from bot.reports.tables import LISTED
from desk.reports import Report

ABOUT_PROMISES = (
    "Tickets opened in the period. A share is of the promises that have been judged: kept, or their time has passed."
    " What still runs is in neither part of it."
)
ABOUT_LENGTHS = (
    "Half of the tickets took no longer than the first number, nine in ten no longer than the second. Open time counts"
    " the agreed hours alone, without waiting for the customer."
)
ABOUT_BREACHES = "Times are in the client's zone; how late it was is counted in open time."
DEFINITIONS = (
    ("Period", "A ticket counts in the month in which it was opened, in the client's time zone."),
    ("Promise kept", "It was there before the target's time, in the contract's hours without waiting, was used up."),
    ("Share", "Promises kept of promises judged. A promise is judged when it was kept or when its time has passed."),
    ("Not judged yet", "Promises that still run or are paused. They are in no share."),
    ("Owed nothing", "Promises that ended without a verdict: the request was taken back before it was due, or merged."),
    ("Until somebody acted", "From opening to the first thing that the team did with the ticket."),
    ("Until solved", "From opening to the solution that held; a ticket opened again counts to its last solution."),
    ("Half, and nine in ten", "Percentiles from a logarithmic histogram, at most 3 % off."),
    ("Solved by the first answer", "Solved tickets with one answer, no escalation and no reopening."),
    ("Reopened", "Tickets opened again at least once, of those that were solved at least once."),
    ("Uptime", "Seconds up of seconds with data, from when outages began and ended. Time without data is in neither."),
    ("Satisfaction", "The mean of the stars that were given, one to five, with how many of those asked gave any."),
)  # fmt: skip


def about_breaches(report: Report) -> str:
    count = len(report.breaches)
    if not count:
        return ""
    most = f" The {LISTED} that were the latest are here, of {count:,}; the sheet has all of them."
    return ABOUT_BREACHES + (most if count > LISTED else "")
