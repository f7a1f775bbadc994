"""Debian's exchangelib logs on to the embedded Exchange with NTLM and with OAuth2: a client nobody here wrote.

Usage: exchangelib_logon.py ntlm|oauth URL; what each way needs stands in the environment. Prints 'logged on' at the end.
"""

import os
import sys
import warnings

from exchangelib import DELEGATE, IMPERSONATION, NTLM, OAUTH2, Account, Build, Configuration, Credentials, Identity, Message, OAuth2Credentials, Version
from exchangelib.errors import UnauthorizedError

warnings.simplefilter('ignore')
VERSION = Version(build=Build(15, 2, 1544, 11))


class LocalCredentials(OAuth2Credentials):
    @property
    def token_url(self):
        return f'{os.environ["LOGIN_ORIGIN"]}/{self.tenant_id}/oauth2/v2.0/token'


def by_ntlm(url, password):
    credentials = Credentials('EXAMPLE\\anna', password)
    configuration = Configuration(service_endpoint=url, credentials=credentials, auth_type=NTLM, version=VERSION)
    return Account('anna@example.test', config=configuration, autodiscover=False, access_type=DELEGATE)


def by_oauth(url, secret):
    credentials = LocalCredentials(
        client_id=os.environ['CLIENT_ID'],
        client_secret=secret,
        tenant_id=os.environ['TENANT'],
        identity=Identity(primary_smtp_address='anna@example.test'),
    )
    configuration = Configuration(service_endpoint=url, credentials=credentials, auth_type=OAUTH2, version=VERSION)
    return Account('anna@example.test', config=configuration, autodiscover=False, access_type=IMPERSONATION)


def main(way, url):
    open_account = {'ntlm': by_ntlm, 'oauth': by_oauth}[way]
    anna = open_account(url, os.environ['SECRET'])
    Message(account=anna, folder=anna.inbox, subject=f'by exchangelib and {way}').save()
    subjects = [item.subject for item in anna.inbox.all().only('subject')]
    if f'by exchangelib and {way}' not in subjects:
        raise AssertionError(subjects)
    try:
        open_account(url, 'wrong').inbox.refresh()
    except UnauthorizedError:
        print('wrong password refused')
    except Exception as error:
        if way != 'oauth':
            raise
        print('wrong secret refused:', type(error).__name__)
    else:
        raise AssertionError('a wrong secret was taken')
    print('logged on')


main(*sys.argv[1:])
