"""exchangelib doing a scenario's job: exchangelib_client.py JOB (JSON); prints its figures as JSON in the last line."""

import json
import os
import resource
import sys
import threading
import time
import urllib.request
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from exchangelib import BASIC, DELEGATE, IMPERSONATION, UTC, Account, Build, CalendarItem, Configuration, Credentials, EWSDateTime, Version

warnings.simplefilter('ignore')

PASSWORD = 'secret'
OWNER = 'owner@bench.test'
SERVICE = 'service@bench.test'


def order(url, name, content=None):
    target = url.split('/EWS/')[0] + '/bench/' + name
    with urllib.request.urlopen(urllib.request.Request(target, data=json.dumps(content or {}).encode(), method='POST')) as answer:
        return json.loads(answer.read())


def resident():
    with open('/proc/self/statm') as statm:
        return int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')


class Memory(threading.Thread):
    """Samples resident memory, as the other clients do."""

    def __init__(self):
        super().__init__(daemon=True)
        self.idle = self.peak = resident()
        self.ended = False

    def run(self):
        while not self.ended:
            self.peak = max(self.peak, resident())
            time.sleep(0.01)


def measured(job, work):
    order(job['url'], 'begin')
    memory = Memory()
    memory.start()
    cpu, began = time.process_time(), time.perf_counter()
    items = work()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    memory.ended = True
    report = {'items': items, 'wallMs': wall * 1000, 'cpuMs': cpu * 1000, 'peakMemory': memory.peak - memory.idle}
    report['server'] = order(job['url'], 'end')
    print('\n' + json.dumps(report))


def configuration(job, user):
    return Configuration(
        service_endpoint=job['url'],
        credentials=Credentials(user, PASSWORD),
        auth_type=BASIC,
        version=Version(build=Build(15, 2, 1544, 11)),
        max_connections=4,
    )


def owner(job):
    return Account(OWNER, config=configuration(job, OWNER), autodiscover=False, access_type=DELEGATE)


def read(items):
    """Looks at what a sync needs: bodies, and the bytes of attachments."""
    count = 0
    for item in items:
        count += 1 if item.body is not None else 0
        for attachment in item.attachments or []:
            attachment.content
    return count


def first_sync(job):
    account = owner(job)
    account.inbox.total_count
    measured(job, lambda: read(account.inbox.all()))


def incremental_poll(job):
    account = owner(job)
    inbox = account.inbox
    for _ in inbox.sync_items(only_fields=['changekey']):
        pass
    if job.get('changes'):
        order(job['url'], 'touch-mails', {'count': job['changes']})

    def poll():
        changed = [(item.id, item.changekey) for _, item in inbox.sync_items(only_fields=['changekey'])]
        return read(account.fetch(changed))

    measured(job, poll)


def idle_poll(job):
    shared = configuration(job, SERVICE)
    folders = []
    for n in range(job['size']):
        account = Account('user%d@bench.test' % n, config=shared, autodiscover=False, access_type=IMPERSONATION)
        folders.append([account.inbox, account.sent, account.calendar, account.tasks])

    def poll_mailbox(of_mailbox):
        for folder in of_mailbox:
            for _ in folder.sync_items(only_fields=['changekey']):
                pass

    def poll():
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(poll_mailbox, folders))
        return len(folders)

    poll()
    measured(job, poll)


def push_appointments(job):
    account = owner(job)
    account.calendar.total_count
    start = datetime(2026, 3, 2, 6, tzinfo=timezone.utc)

    def push():
        items = []
        for n in range(job['size']):
            begin = EWSDateTime.from_datetime(start + timedelta(hours=n)).astimezone(UTC)
            items.append(CalendarItem(folder=account.calendar, subject='Appointment %d' % n, body='Agenda of appointment %d\n' % n * 5, start=begin, end=begin + timedelta(hours=1)))
        return len(account.bulk_create(folder=account.calendar, items=items, send_meeting_invitations='SendToNone'))

    measured(job, push)


if __name__ == '__main__':
    given = json.loads(sys.argv[1])
    {'firstSync': first_sync, 'incrementalPoll': incremental_poll, 'idlePoll': idle_poll, 'pushAppointments': push_appointments}[given['task']](given)
