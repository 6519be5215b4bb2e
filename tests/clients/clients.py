# SPDX-License-Identifier: GPL-2.0-or-later
"""What the AWS clients are tried on: a dintd that listens, users with keys, and machines that are
real QEMUs without a disk, each running one sector of code.

    with Site() as site:
        site.start()
        site.environment('admin')      # AWS_… for a client's process

    web1   minds its power button; stopped, it is started again by its `start` command
    web2   minds nothing, and takes any number of NMIs
    gone   was never there
"""
import contextlib
import datetime
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import ROOT, Scene, main, until  # noqa: E402,F401

REGION = 'eu-dint-1'
ACCOUNT = '123456789012'
WEB1 = 'i-0123456789abcdef0'
WEB2 = 'i-0123456789abcdef1'
GONE = 'i-0123456789abcdef2'
UNKNOWN = 'i-0fffffffffffffff0'
AWS = '/usr/bin/aws'
GREETING = b'hello from the guest\r\n'

EVERYTHING = {'Version': '2012-10-17',
              'Statement': {'Effect': 'Allow', 'Action': '*', 'Resource': '*'}}
# may look, and may interrupt web1 only
LITTLE = {'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': 'ec2:Describe*', 'Resource': '*'},
    {'Effect': 'Allow', 'Action': 'ec2:SendDiagnosticInterrupt',
     'Resource': f'arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{WEB1}'}]}


def sector(minds_button):
    """A boot sector that greets on COM1 and then sleeps; one that minds its power button looks at
    ACPI's status at each tick (PIIX4: PM1a events at 0x600, control at 0x604) and switches off."""
    code = bytes.fromhex('fa 31c0 8ed8 8ed0 bc007c')   # cli; ds = ss = 0; sp = 0x7c00
    message = 0x7c00 + 0x80
    code += b'\xbe' + message.to_bytes(2, 'little')     # mov si, message
    code += bytes.fromhex('baf803 ac 84c0 7403 ee ebf8')  # out 0x3f8 until NUL
    code += bytes.fromhex('ba0206 b80001 ef fb')        # the button sets its status; sti
    if minds_button:
        code += bytes.fromhex('f4 ba0006 ed f6c401 74f6')  # hlt; pressed?
        code += bytes.fromhex('b80001 ef ba0406 b80020 ef ebe9')  # forget it; switch off
    else:
        code += bytes.fromhex('f4 ebfd')                # hlt, for ever
    return (code.ljust(0x80, b'\0') + GREETING + b'\0').ljust(510, b'\0') + b'\x55\xaa'


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Site(Scene):
    def __init__(self, build=None, throttle='off', more='', deadline='60s'):
        self.port = free_port()
        self.throttle = throttle
        self.deadline = deadline
        self.more = more
        self.keys = {}
        super().__init__(build=build or os.environ.get('DINT_BUILD', 'out'))
        self.write_start()

    def config(self):
        folder = self.folder
        return f'''[dintd]
state_dir = {folder}/state
socket = {folder}/socket
listen = 127.0.0.1:{self.port}
region = {REGION}
account = {ACCOUNT}
throttle = {self.throttle}
[machine web1]
id = {WEB1}
driver = qmp
address = {folder}/web1.qmp
console = {folder}/web1.console
start = {folder}/start-web1
power_deadline = 2s
panic_deadline = {self.deadline}
[machine web2]
id = {WEB2}
driver = qmp
address = {folder}/web2.qmp
console = {folder}/web2.console
power_deadline = 1s
panic_deadline = {self.deadline}
[machine gone]
id = {GONE}
driver = qmp
address = {folder}/gone.qmp
{self.more}
'''

    # ---- machines ----

    def qemu(self, name, monitor=None):
        disk = self.path(f'{name}.sector')
        disk.write_bytes(sector(name == 'web1'))
        return ['qemu-system-x86_64', '-machine', 'pc', '-accel', 'tcg', '-m', '16', '-nodefaults',
                '-no-user-config', '-display', 'none', '-device', 'VGA',
                '-drive', f'if=ide,format=raw,snapshot=on,file={disk}',
                '-qmp', f'unix:{monitor or self.path(name + ".qmp")},server=on,wait=off',
                # it begins when dintd listens, so that none of its words is lost
                '-serial', f'unix:{self.path(name + ".console")},server=on,wait=on',
                '-pidfile', str(self.path(f'{name}.pid'))]

    def write_start(self):
        """web1's start command, which leaves its QEMU behind as a manager would."""
        command = ' '.join(self.qemu('web1'))
        script = self.path('start-web1')
        script.write_text(f'#!/bin/sh\nexec {command} -daemonize\n')
        script.chmod(0o700)

    def start_machine(self, name, monitor=None):
        self.start(*self.qemu(name, monitor), stdin=subprocess.DEVNULL)
        until(pathlib.Path(monitor or self.path(f'{name}.qmp')).exists, what=name)

    def start_machines(self):
        self.start_machine('web1')
        self.start_machine('web2')

    def kill_machine(self, name):
        pid = self.path(f'{name}.pid')
        if not pid.exists():
            return
        number = int(pid.read_text())
        for process in self.processes:
            if process.pid == number:
                process.kill()
                process.wait()
                return
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def __exit__(self, *failure):
        for name in ('web1', 'web2'):
            self.kill_machine(name)
        super().__exit__(*failure)

    # ---- dintd and its users ----

    def start_dintd(self, wait=True, reachable=True, **environment):
        super().start_dintd(wait=wait, reachable=False, **environment)
        if wait and reachable:
            self.wait_reachable('web1', 'web2')
        return self.dintd

    def wait_reachable(self, *names):
        until(lambda: {m['name'] for m in self.call('machines')
                       if m['reachable'] and m['state'] == 'running'} >= set(names),
              20, f'{names} running')

    def add_user(self, name, policy):
        self.call('access_add_user', user=name)
        self.call('access_set_policy', user=name, document=json.dumps(policy))
        self.keys[name] = self.call('access_add_key', user=name)
        return self.keys[name]

    def start_all(self, **environment):
        self.start_machines()
        self.start_dintd(**environment)
        self.add_user('admin', EVERYTHING)
        self.add_user('little', LITTLE)

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def credentials(self, user):
        key = self.keys[user]
        return key['AccessKeyId'], key['SecretAccessKey']

    def environment(self, user, **more):
        """A client's own environment: nothing of the person's who runs the test."""
        key, secret = self.credentials(user)
        return {'PATH': '/usr/bin:/bin', 'HOME': str(self.folder), 'LANG': 'C.UTF-8',
                'AWS_ACCESS_KEY_ID': key, 'AWS_SECRET_ACCESS_KEY': secret,
                'AWS_DEFAULT_REGION': REGION, 'AWS_REGION': REGION,
                'AWS_EC2_METADATA_DISABLED': 'true', 'AWS_PAGER': '',
                'AWS_CONFIG_FILE': '/dev/null', 'AWS_SHARED_CREDENTIALS_FILE': '/dev/null',
                'AWS_MAX_ATTEMPTS': '1', 'DINT_URL': self.url, **more}

    def run_aws(self, program, *words, user='admin', service='ec2', **more):
        return subprocess.run([*program, '--endpoint-url', self.url, service, *map(str, words)],
                              env=self.environment(user, **more), capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def aws(self, *words, **options):
        return self.run_aws([AWS], *words, **options)

    def start_aws(self, *words, user='admin', service='ec2', **more):
        return subprocess.Popen([AWS, '--endpoint-url', self.url, service, *map(str, words)],
                                env=self.environment(user, **more), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def audit(self):
        return [row['event'] for row in self.call('audit', last=1000)['events']]

    def throttled(self, agent):
        """The events of calls that came too often, of clients who call themselves so."""
        return [e for e in self.audit() if e.get('errorCode') == 'Client.RequestLimitExceeded'
                and (e.get('userAgent') or '').startswith(agent)]

    def provoke(self, agent, start, is_over):
        """Starts a call and returns it when its first attempt came too often. One that slips through
        (a token came back just then) is over, and another is started."""
        seen = len(self.throttled(agent))
        for _ in range(10):
            call = start()
            until(lambda: is_over(call) or len(self.throttled(agent)) > seen, 60, 'an attempt')
            if len(self.throttled(agent)) > seen:
                return call
        raise AssertionError('ten calls in a row slipped through')

    @contextlib.contextmanager
    def drained(self, user, action, **parameters):
        """While it lasts somebody calls as often as he may, so that others may not."""
        over, empty = threading.Event(), threading.Event()

        def call_on():
            connection = http.client.HTTPConnection('127.0.0.1', self.port)
            while not over.wait(0.005 if empty.is_set() else 0):
                _, body = signed(self, user, {'Action': action, 'Version': '2016-11-15',
                                              **parameters}, connection)
                if b'RequestLimitExceeded' in body:
                    empty.set()

        thread = threading.Thread(target=call_on)
        thread.start()
        try:
            assert empty.wait(20), 'it was never throttled'
            yield
        finally:
            over.set()
            thread.join()


# ---- a client of our own: signatures from the standard library alone ----

def hmac256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(secret, date, service, text):
    key = ('AWS4' + secret).encode()
    for part in (date, REGION, service, 'aws4_request'):
        key = hmac256(key, part)
    return hmac256(key, text).hex()


def quote(text):
    return urllib.parse.quote(str(text), safe='-_.~')


def query_of(parameters):
    return '&'.join(f'{quote(k)}={quote(v)}' for k, v in sorted(parameters.items()))


def string_to_sign(stamp, scope, canonical):
    return '\n'.join(['AWS4-HMAC-SHA256', stamp, scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])


def moment(age=0):
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age)
    return now.strftime('%Y%m%dT%H%M%SZ')


def signed(site, user, parameters, connection=None, service='ec2', headers=None):
    """-> status, body of a POST."""
    key, secret = site.credentials(user)
    stamp, host, body = moment(), f'127.0.0.1:{site.port}', query_of(parameters)
    scope = f'{stamp[:8]}/{REGION}/{service}/aws4_request'
    canonical = '\n'.join(['POST', '/', '', f'host:{host}', f'x-amz-date:{stamp}', '',
                           'host;x-amz-date', hashlib.sha256(body.encode()).hexdigest()])
    mark = signature(secret, stamp[:8], service, string_to_sign(stamp, scope, canonical))
    connection = connection or http.client.HTTPConnection('127.0.0.1', site.port)
    connection.request('POST', '/', body, {
        'Host': host, 'X-Amz-Date': stamp, 'Content-Type': 'application/x-www-form-urlencoded',
        'Authorization': f'AWS4-HMAC-SHA256 Credential={key}/{scope}, '
                         f'SignedHeaders=host;x-amz-date, Signature={mark}', **(headers or {})})
    answer = connection.getresponse()
    return answer.status, answer.read()


def raw_presigned(site, user, parameters, age=0, expires=60):
    """-> status, body of a GET whose signature is in its query."""
    key, secret = site.credentials(user)
    stamp, host = moment(age), f'127.0.0.1:{site.port}'
    scope = f'{stamp[:8]}/{REGION}/ec2/aws4_request'
    query = query_of({**parameters, 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
                      'X-Amz-Credential': f'{key}/{scope}', 'X-Amz-Date': stamp,
                      'X-Amz-Expires': expires, 'X-Amz-SignedHeaders': 'host'})
    canonical = '\n'.join(['GET', '/', query, f'host:{host}', '', 'host',
                           hashlib.sha256(b'').hexdigest()])
    mark = signature(secret, stamp[:8], 'ec2', string_to_sign(stamp, scope, canonical))
    connection = http.client.HTTPConnection('127.0.0.1', site.port)
    connection.request('GET', f'/?{query}&X-Amz-Signature={mark}', headers={'Host': host})
    answer = connection.getresponse()
    return answer.status, answer.read()
