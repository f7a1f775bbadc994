"""Drives an EWS server's calendar and tasks with exchangelib, a client by other people, and fails where the server behaves otherwise than Exchange.

Usage: exchangelib-calendar.py URL ADDRESS PASSWORD OTHER_ADDRESS OTHER_PASSWORD
"""

import datetime
import sys

from exchangelib import Account, Configuration, Credentials, DELEGATE, EWSDate, EWSDateTime, EWSTimeZone
from exchangelib import CalendarItem, Task
from exchangelib.items import SEND_TO_ALL_AND_SAVE_COPY, MeetingCancellation, MeetingRequest, MeetingResponse
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern,
    AbsoluteYearlyPattern,
    DailyPattern,
    DailyRegeneration,
    Recurrence,
    RelativeMonthlyPattern,
    RelativeYearlyPattern,
    TaskRecurrence,
    WeeklyPattern,
)
from exchangelib.version import EXCHANGE_2016, Version

ZURICH = EWSTimeZone("Europe/Zurich")
UTC = EWSTimeZone("UTC")
DONE = []


def step(name):
    def run(function):
        try:
            function()
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            raise
        DONE.append(name)
        return function

    return run


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} is not {expected!r}")


def account(url, address, password):
    config = Configuration(
        service_endpoint=url,
        credentials=Credentials(address, password),
        auth_type="basic",
        version=Version(EXCHANGE_2016),
    )
    return Account(primary_smtp_address=address, config=config, autodiscover=False, access_type=DELEGATE, default_timezone=ZURICH)


url, address, password, other_address, other_password = sys.argv[1:]
anna = account(url, address, password)
bob = account(url, other_address, other_password)


def at(year, month, day, hour, minute=0, zone=ZURICH):
    return EWSDateTime(year, month, day, hour, minute, tzinfo=zone)


def appointment(subject, **more):
    item = CalendarItem(account=anna, folder=anna.calendar, subject=subject, **more)
    return item.save()


def reread(item):
    return anna.calendar.get(id=item.id)


def series(subject, first, **recurrence):
    item = appointment(subject, start=first, end=first + datetime.timedelta(hours=1), recurrence=Recurrence(**recurrence))
    return reread(item)


@step("single appointment")
def _():
    item = appointment(
        "Dentist",
        start=at(2026, 7, 1, 9),
        end=at(2026, 7, 1, 10),
        location="Zürich",
        body="Bring the card",
        categories=["Private"],
        sensitivity="Private",
        legacy_free_busy_status="OOF",
        reminder_is_set=True,
        reminder_minutes_before_start=30,
    )
    read = reread(item)
    same(read.start, at(2026, 7, 1, 9))
    same((read.location, read.legacy_free_busy_status, read.sensitivity, read.reminder_minutes_before_start), ("Zürich", "OOF", "Private", 30))
    same((read.type, read.is_meeting, read.is_recurring, read.text_body.strip()), ("Single", False, False, "Bring the card"))
    same(read.organizer.email_address, anna.primary_smtp_address)
    same(read._start_timezone, EWSTimeZone.from_ms_id("W. Europe Standard Time"))
    read.location = "Bern"
    read.save()
    same(reread(read).location, "Bern")
    read.move_to_trash()
    same(anna.calendar.filter(subject="Dentist").count(), 0)
    same(anna.trash.filter(subject="Dentist").count(), 1)


@step("all-day appointment")
def _():
    for zone in ("Europe/Zurich", "Pacific/Auckland", "Pacific/Honolulu"):
        anna.default_timezone = EWSTimeZone(zone)
        item = appointment(f"Holiday {zone}", start=EWSDate(2026, 8, 3), end=EWSDate(2026, 8, 4), is_all_day=True)
        read = reread(item)
        same((read.start, read.end, read.is_all_day), (EWSDate(2026, 8, 3), EWSDate(2026, 8, 4), True))
    anna.default_timezone = ZURICH


PATTERNS = [
    (dict(pattern=DailyPattern(interval=2), start=EWSDate(2026, 9, 1), number=3), [(2026, 9, 1), (2026, 9, 3), (2026, 9, 5)]),
    (
        dict(pattern=WeeklyPattern(interval=2, weekdays=["Monday", "Thursday"], first_day_of_week="Monday"), start=EWSDate(2026, 9, 3), end=EWSDate(2026, 9, 30)),
        [(2026, 9, 3), (2026, 9, 14), (2026, 9, 17), (2026, 9, 28)],
    ),
    (dict(pattern=AbsoluteMonthlyPattern(interval=1, day_of_month=31), start=EWSDate(2026, 8, 31), number=3), [(2026, 8, 31), (2026, 9, 30), (2026, 10, 31)]),
    (dict(pattern=RelativeMonthlyPattern(interval=1, weekday="Weekday", week_number="Last"), start=EWSDate(2026, 8, 31), number=2), [(2026, 8, 31), (2026, 9, 30)]),
    (dict(pattern=AbsoluteYearlyPattern(day_of_month=1, month="August"), start=EWSDate(2026, 8, 1), number=2), [(2026, 8, 1), (2027, 8, 1)]),
    (dict(pattern=RelativeYearlyPattern(weekday="Sunday", week_number="First", month="November"), start=EWSDate(2026, 11, 1), number=2), [(2026, 11, 1), (2027, 11, 7)]),
]


@step("recurrence patterns")
def _():
    for recurrence, expected in PATTERNS:
        name = type(recurrence["pattern"]).__name__
        read = series(name, at(*expected[0], 9), **recurrence)
        same(read.type, "RecurringMaster")
        same(type(read.recurrence.pattern).__name__, name)
        same(read.recurrence.pattern, recurrence["pattern"])
        same(read.recurrence.boundary.start, recurrence["start"])
        same(read.first_occurrence.start, at(*expected[0], 9))
        same(read.last_occurrence.start, at(*expected[-1], 9))
        view = [
            item
            for year in (2026, 2027)
            for item in anna.calendar.view(start=at(year, 1, 1, 0), end=at(year + 1, 1, 1, 0))
            if item.subject == name
        ]
        same([item.start for item in view], [at(*day, 9) for day in expected])
        same({item.type for item in view}, {"Occurrence"})
        read.delete()


@step("series without an end over the change of time")
def _():
    read = series("Weekly", at(2026, 10, 19, 9), pattern=WeeklyPattern(interval=1, weekdays=["Monday"]), start=EWSDate(2026, 10, 19))
    same(read.last_occurrence, None)
    starts = [i.start for i in anna.calendar.view(start=at(2026, 10, 1, 0), end=at(2026, 11, 5, 0)) if i.subject == "Weekly"]
    same(starts, [at(2026, 10, 19, 9), at(2026, 10, 26, 9), at(2026, 11, 2, 9)])
    same((starts[1] - starts[0]).total_seconds() > 0 and starts[1].astimezone(UTC).hour, 8)
    read.delete()


@step("occurrences")
def _():
    master = series("Stand-up", at(2026, 9, 1, 9), pattern=DailyPattern(interval=1), start=EWSDate(2026, 9, 1), number=5)
    second = master.occurrence(index=2)
    second.refresh()
    same((second.type, second.start), ("Occurrence", at(2026, 9, 2, 9)))
    second.start = at(2026, 9, 2, 15)
    second.end = at(2026, 9, 2, 16)
    second.subject = "Stand-up, moved"
    second.save()
    third = master.occurrence(index=3)
    third.refresh()
    third.delete()
    read = reread(master)
    same([(o.start, o.original_start) for o in read.modified_occurrences], [(at(2026, 9, 2, 15), at(2026, 9, 2, 9))])
    same([o.start for o in read.deleted_occurrences], [at(2026, 9, 3, 9)])
    exception = anna.calendar.get(id=read.modified_occurrences[0].id)
    same((exception.type, exception.subject), ("Exception", "Stand-up, moved"))
    back = exception.recurring_master()
    back.refresh()
    same(back.subject, "Stand-up")
    same([i.start.day for i in anna.calendar.view(start=at(2026, 9, 1, 0), end=at(2026, 9, 30, 0)) if i.subject.startswith("Stand-up")], [1, 2, 4, 5])
    first = next(iter(anna.calendar.view(start=at(2026, 9, 1, 0), end=at(2026, 9, 2, 0))))
    first.delete()
    same([o.start.day for o in reread(master).deleted_occurrences], [1, 3])


@step("sync")
def _():
    list(anna.calendar.sync_items(only_fields=["subject"]))
    state = anna.calendar.item_sync_state
    master = series("Synced", at(2026, 9, 1, 9), pattern=DailyPattern(interval=1), start=EWSDate(2026, 9, 1), number=3)
    changes = list(anna.calendar.sync_items(sync_state=state, only_fields=["subject"]))
    same([change for change, _ in changes], ["create"])
    state = anna.calendar.item_sync_state
    occurrence = master.occurrence(index=1)
    occurrence.refresh()
    occurrence.subject = "Other"
    occurrence.save()
    changes = list(anna.calendar.sync_items(sync_state=state, only_fields=["subject"]))
    same([(change, item.id) for change, item in changes], [("update", master.id)])
    reread(master).delete()


def invite(subject):
    item = CalendarItem(account=anna, folder=anna.calendar, subject=subject, start=at(2026, 12, 1, 9), end=at(2026, 12, 1, 10), required_attendees=[other_address])
    item.save(send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
    return item


def incoming(owner, kind, subject):
    return [item for item in owner.inbox.all() if isinstance(item, kind) and subject in item.subject]


@step("meeting requests and answers")
def _():
    meeting = invite("Review")
    [request] = incoming(bob, MeetingRequest, "Review")
    same((request.start, request.meeting_request_type, request.organizer.email_address), (at(2026, 12, 1, 9), "NewMeetingRequest", address))
    [booking] = bob.calendar.filter(subject="Review")
    same((booking.my_response_type, booking.legacy_free_busy_status, booking.is_meeting), ("NoResponseReceived", "Tentative", True))
    same(booking.uid, reread(meeting).uid)
    request.accept(body="I come")
    [booking] = bob.calendar.filter(subject="Review")
    same((booking.my_response_type, booking.legacy_free_busy_status), ("Accept", "Busy"))
    [answer] = incoming(anna, MeetingResponse, "Review")
    same((answer.response_type, answer.sender.email_address), ("Accept", other_address))
    same([a.response_type for a in reread(meeting).required_attendees], ["Accept"])
    fresh = reread(meeting)
    fresh.start, fresh.end = at(2026, 12, 2, 9), at(2026, 12, 2, 10)
    fresh.save(send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
    [booking] = bob.calendar.filter(subject="Review")
    same(booking.start, at(2026, 12, 2, 9))
    reread(meeting).cancel()
    same(len(incoming(bob, MeetingCancellation, "Review")), 1)
    declined = invite("Party")
    [request] = incoming(bob, MeetingRequest, "Party")
    request.decline(body="Sorry")
    same(bob.calendar.filter(subject="Party").count(), 0)
    same([a.response_type for a in reread(declined).required_attendees], ["Decline"])


@step("tasks")
def _():
    task = Task(account=anna, folder=anna.tasks, subject="Report", start_date=EWSDate(2026, 5, 4), due_date=EWSDate(2026, 5, 8), total_work=120, companies=["ACME"])
    task.save()
    read = anna.tasks.get(id=task.id)
    same((read.start_date, read.due_date, read.status, read.total_work, read.companies), (EWSDate(2026, 5, 4), EWSDate(2026, 5, 8), "NotStarted", 120, ["ACME"]))
    same((read.delegation_state, read.is_complete, read.is_recurring), ("NoMatch", False, False))
    read.complete()
    read = anna.tasks.get(id=task.id)
    same((read.status, read.percent_complete, read.is_complete, read.complete_date is not None), ("Completed", 100, True, True))
    read.delete(affected_task_occurrences="AllOccurrences")
    same(anna.tasks.filter(subject="Report").count(), 0)


@step("recurring tasks")
def _():
    for pattern in (DailyPattern(interval=1), WeeklyPattern(interval=1, weekdays=["Monday"]), DailyRegeneration(interval=2)):
        task = Task(account=anna, folder=anna.tasks, subject="Again", recurrence=TaskRecurrence(pattern=pattern, start=EWSDate(2026, 6, 1), number=4))
        task.save()
        read = anna.tasks.get(id=task.id)
        same((read.is_recurring, type(read.recurrence.pattern)), (True, type(pattern)))
        read.complete()
        same(sorted(t.status for t in anna.tasks.filter(subject="Again")), ["Completed", "NotStarted"])
        for each in anna.tasks.filter(subject="Again"):
            each.delete(affected_task_occurrences="AllOccurrences")


print("\n".join(DONE))
