"""Debian's exchangelib against the embedded Exchange: a client nobody here wrote.

Usage: exchangelib_check.py URL; prints one line per step and ends with 'all steps passed'.
"""

import sys
import warnings

from exchangelib import (
    BASIC,
    DELEGATE,
    Account,
    Build,
    Configuration,
    Credentials,
    ExtendedProperty,
    FileAttachment,
    HTMLBody,
    Mailbox,
    Message,
    Version,
)
from exchangelib.errors import ErrorItemNotFound, ErrorInvalidSyncStateData
from exchangelib.folders import Messages

warnings.simplefilter('ignore')


class Stamp(ExtendedProperty):
    property_set_id = 'c11ff724-aa03-4555-9952-8fa248a11c3e'
    property_name = 'Stamp'
    property_type = 'String'


Message.register('stamp', Stamp)


def account(url, address):
    configuration = Configuration(
        service_endpoint=url,
        credentials=Credentials(address, 'secret'),
        auth_type=BASIC,
        version=Version(build=Build(15, 2, 1544, 11)),
    )
    return Account(address, config=configuration, autodiscover=False, access_type=DELEGATE)


def step(name, is_right):
    if not is_right:
        raise AssertionError(name)
    print('ok', name)


def changes(folder):
    return [(kind, item.subject) for kind, item in folder.sync_items(only_fields=['subject'])]


def main(url):
    anna, bert = account(url, 'anna@example.test'), account(url, 'bert@example.test')

    names = {folder.name for folder in anna.msg_folder_root.walk()}
    step('list folders', {'Inbox', 'Sent Items', 'Drafts', 'Deleted Items', 'Calendar', 'Tasks'} <= names)

    projects = Messages(parent=anna.inbox, name='Projekte')
    projects.save()
    step('create a folder', 'Projekte' in {folder.name for folder in anna.inbox.children})

    step('first sync of an empty folder', changes(projects) == [])
    mail = Message(account=anna, folder=projects, subject='Grüße', body=HTMLBody('<p>Hallo</p>'), to_recipients=['bert@example.test'], categories=['Kunde'], stamp='k1:42')
    mail.attach(FileAttachment(name='Maße.txt', content='äöü'.encode()))
    mail.save()
    step('sync sees the new mail', changes(projects) == [('create', 'Grüße')])

    found = projects.get(subject='Grüße')
    step('read it', found.body == '<p>Hallo</p>' and found.categories == ['Kunde'] and found.is_draft and found.stamp == 'k1:42')
    step('read its attachment', found.attachments[0].content.decode() == 'äöü' and found.attachments[0].name == 'Maße.txt')
    step('read its MIME', b'Subject: =?UTF-8?' in found.mime_content)
    step('find it by its stamp', [each.subject for each in projects.filter(stamp='k1:42')] == ['Grüße'])
    step('find nothing by another', list(projects.filter(stamp='k1:43')) == [])
    step('find by words', [each.subject for each in anna.inbox.walk().filter(subject__icontains='grü')] == ['Grüße'])

    found.subject = 'Viele Grüße'
    found.save(update_fields=['subject'])
    step('sync sees the update', changes(projects) == [('update', 'Viele Grüße')])
    found.is_read = not found.is_read
    found.save(update_fields=['is_read'])
    step('sync sees the read flag alone', [kind for kind, _ in projects.sync_items()] == ['read_flag_change'])

    old_id = found.id
    found.move(anna.drafts)
    step('a move changes the id', found.id != old_id)
    step('sync sees it go', [kind for kind, _ in projects.sync_items()] == ['delete'])
    try:
        stale = next(iter(anna.fetch([(old_id, None)])))
        step('the old id is dead', isinstance(stale, ErrorItemNotFound))
    except ErrorItemNotFound:
        step('the old id is dead', True)

    list(bert.inbox.sync_items())
    found.send()
    step('sent items hold the sent one', [each.subject for each in anna.sent.all()] == ['Viele Grüße'])
    step('the recipient got it', [(kind, item.subject) for kind, item in bert.inbox.sync_items()] == [('create', 'Viele Grüße')])
    arrived = bert.inbox.get(subject='Viele Grüße')
    step('it arrived as sent', arrived.author.email_address == 'anna@example.test' and not arrived.is_read and not arrived.is_draft and arrived.attachments[0].content.decode() == 'äöü')

    arrived.reply(subject='Re: Viele Grüße', body='Danke')
    step('a reply arrives', [each.subject for each in anna.inbox.all()] == ['Re: Viele Grüße'])

    Message(account=bert, subject='direkt', body='x', to_recipients=[Mailbox(email_address='anna@example.test')]).send(save_copy=False)
    step('send without a copy', anna.inbox.filter(subject='direkt').count() == 1 and bert.sent.filter(subject='direkt').count() == 0)

    raw = b'From: Zoe <zoe@modern.example>\r\nTo: anna@example.test\r\nSubject: =?utf-8?B?w5xiZXI=?=\r\nMessage-ID: <m1@modern.example>\r\n\r\nText\r\n'
    Message(account=anna, folder=anna.inbox, mime_content=raw).save()
    step('create from MIME', anna.inbox.get(subject='Über').message_id == '<m1@modern.example>')

    list(anna.inbox.sync_items())
    anna.inbox.get(subject='direkt').move_to_trash()
    step('move to the bin', anna.trash.filter(subject='direkt').count() == 1)
    anna.inbox.get(subject='Über').delete()
    step('sync sees both go', sorted(kind for kind, _ in anna.inbox.sync_items()) == ['delete', 'delete'])

    bulk = anna.bulk_create(folder=projects, items=[Message(account=anna, folder=projects, subject=f'n{index}') for index in range(120)])
    step('create 120 in bulk', len(bulk) == 120)
    step('sort and page', [each.subject for each in projects.all().order_by('subject')[:3]] == ['n0', 'n1', 'n10'])
    step('sync sees all of them', len(list(projects.sync_items())) == 120)
    projects.item_sync_state = 'H4sIAA=='
    try:
        list(projects.sync_items())
        step('a foreign state is refused', False)
    except ErrorInvalidSyncStateData:
        step('a foreign state is refused', True)
    step('delete in bulk', all(result is True for result in anna.bulk_delete(projects.all())))
    projects.delete()
    step('resolve names', [each.email_address for each in anna.protocol.resolve_names(['bert'])] == ['bert@example.test'])
    step('time zones', any(zone.id == 'W. Europe Standard Time' for zone in anna.protocol.get_timezones()))
    print('all steps passed')


if __name__ == '__main__':
    main(sys.argv[1])
