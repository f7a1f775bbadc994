"""Works with a mailbox through DavMail's IMAP and SMTP: python3 davmail_check.py IMAP_PORT SMTP_PORT. Ends with `all steps passed`."""
import email
import imaplib
import smtplib
import sys
from email.header import decode_header, make_header
from email.message import EmailMessage

IMAP_PORT, SMTP_PORT = int(sys.argv[1]), int(sys.argv[2])
ANNA, BOB, PASSWORD = 'anna@example.test', 'bob@example.test', 'secret'


def ok(answer):
    kind, data = answer
    assert kind == 'OK', answer
    return data


def log_on(address):
    imap = imaplib.IMAP4('127.0.0.1', IMAP_PORT, timeout=200)
    ok(imap.login(address, PASSWORD))
    return imap


def uids(imap, *criteria):
    return ok(imap.uid('SEARCH', None, *criteria))[0].split()


def flags(imap, uid):
    return set(imaplib.ParseFlags(ok(imap.uid('FETCH', uid, '(FLAGS)'))[0]))


def headers(imap, uid):
    return email.message_from_bytes(ok(imap.uid('FETCH', uid, '(BODY.PEEK[])'))[0][1])


imap = log_on(ANNA)
folders = b' '.join(ok(imap.list()))
for name in (b'INBOX', b'Sent', b'Drafts', b'Trash', b'Junk'):
    assert b'"%s"' % name in folders, (name, folders)
print('folders')

ok(imap.select('INBOX'))
assert uids(imap, 'ALL') == []
message = EmailMessage()
message['From'] = 'Carla <carla@partner.example>'
message['To'] = ANNA
message['Subject'] = 'Grüße aus Bern'
message['Message-ID'] = '<davmail-1@partner.example>'
message['Date'] = 'Mon, 02 Mar 2026 08:00:00 +0000'
message.set_content('Guten Tag\n')
message.add_attachment(b'abc' * 1000, maintype='application', subtype='octet-stream', filename='a.bin')
ok(imap.append('INBOX', '(\\Seen)', imaplib.Time2Internaldate(1772438400), message.as_bytes()))
ok(imap.select('INBOX'))
[uid] = uids(imap, 'ALL')
stored = headers(imap, uid)
assert str(make_header(decode_header(stored['Subject']))) == 'Grüße aus Bern'
assert stored['Message-ID'] == '<davmail-1@partner.example>'
[attachment] = [part for part in stored.walk() if part.get_filename() == 'a.bin']
assert attachment.get_payload(decode=True) == b'abc' * 1000
assert flags(imap, uid) == {b'\\Seen'}
print('append and fetch')

ok(imap.uid('STORE', uid, '-FLAGS', '(\\Seen)'))
ok(imap.uid('STORE', uid, '+FLAGS', '(\\Flagged)'))
assert flags(imap, uid) == {b'\\Flagged'}
assert uids(imap, 'UNSEEN') == [uid]
assert uids(imap, 'SUBJECT', 'Bern') == [uid]
assert uids(imap, 'SUBJECT', 'Basel') == []
print('flags and search')

ok(imap.create('INBOX/Kunden'))
ok(imap.uid('COPY', uid, 'INBOX/Kunden'))
ok(imap.select('INBOX/Kunden'))
[copied] = uids(imap, 'ALL')
assert headers(imap, copied)['Message-ID'] == '<davmail-1@partner.example>'
ok(imap.select('INBOX'))
ok(imap.uid('STORE', uid, '+FLAGS', '(\\Deleted)'))
ok(imap.expunge())
assert uids(imap, 'ALL') == []
ok(imap.rename('INBOX/Kunden', 'INBOX/Partner'))
assert b'"INBOX/Partner"' in b' '.join(ok(imap.list()))
ok(imap.delete('INBOX/Partner'))
assert b'Partner' not in b' '.join(ok(imap.list()))
imap.logout()
print('copy, delete, rename')

smtp = smtplib.SMTP('127.0.0.1', SMTP_PORT, timeout=200)
smtp.login(ANNA, PASSWORD)
sent = EmailMessage()
sent['From'], sent['To'], sent['Subject'] = ANNA, BOB, 'Hallo Bob'
sent.set_content('Bis morgen')
assert smtp.send_message(sent) == {}
smtp.quit()
imap = log_on(BOB)
ok(imap.select('INBOX'))
[received] = uids(imap, 'ALL')
assert headers(imap, received)['Subject'] == 'Hallo Bob'
imap.logout()
print('send and receive')
print('all steps passed')
