# SPDX-License-Identifier: GPL-2.0-or-later
"""What `dint` answers, as data. A case:

name      what it is about
argv      after `dint --socket …`; in it {DIR} is the case's own empty directory, the current one
answers   of the fake dintd, see fake_dintd.py; None: nobody listens
exit      the status
stdout    all of it; json: what it must parse to; has/err_has: what stdout/stderr contain,
          lacks: what neither may contain
asked     the questions that dintd must have seen, all of them, in order
files     {name: content} before; left: {name: content} after, all of them
signal    sent to dint as soon as a file appears in the directory
terminal  what is typed: dint runs on a pseudo-terminal
env       besides
"""
import base64
import hashlib

from fake_dintd import HangUp, Raw, Refusal, WithFile

ID = 'inc-06f2x8d3kq5v7w9z1b3d5f7h9k'
SUM = hashlib.sha256(b'stored').hexdigest()
DUMP = {'incident': ID, 'name': 'dump.202601020304', 'size': 6, 'sha256': SUM}
STORED = WithFile(DUMP, b'stored')

MACHINES = [
    {'name': 'web1', 'instance_id': 'i-0123456789abcdef0', 'driver': 'qmp', 'address': '/run/a',
     'reachable': True, 'state': 'running', 'since': '2026-01-02T03:04:05Z', 'problem': None,
     'readiness': {'ready': True, 'checks': [{'name': 'kdump', 'ok': True, 'words': 'loaded'}],
                   'kernel': '6.1.0-38-amd64', 'hostname': 'web1', 'asked_at': '2026-01-02T03:04:05Z'},
     'incident': None},
    {'name': 'db\x1b[31m1', 'instance_id': 'i-2', 'driver': 'qmp', 'address': '/run/b',
     'reachable': False, 'state': None, 'since': None,
     'problem': '/run/b: connection refused', 'readiness': None, 'incident': ID},
    {'name': 'app1', 'instance_id': 'i-3', 'driver': 'fake', 'address': '', 'reachable': True,
     'state': 'paused', 'since': None, 'problem': None,
     'readiness': {'ready': False, 'checks': [
         {'name': 'space', 'ok': True, 'state': 'warning', 'words': 'little room'},
         {'name': 'kdump', 'ok': False, 'words': 'no capture kernel is loaded'}],
         'kernel': '5.10.0', 'hostname': 'app1', 'asked_at': None}, 'incident': None},
]
MACHINES_TEXT = '''\
NAME         INSTANCE             DRIVER  STATE        CRASH DUMP  KERNEL          INCIDENT
web1         i-0123456789abcdef0  qmp     running      ready       6.1.0-38-amd64  -
db\\x1b[31m1  i-2                  qmp     unreachable  unknown     -               {ID}
app1         i-3                  fake    paused       not ready   5.10.0          -
db\\x1b[31m1: /run/b: connection refused
app1: space: little room
app1: kdump: no capture kernel is loaded
'''.replace('{ID}', ID)

HISTORY = [
    {'state': 'requested', 'at': '2026-01-02T03:04:05.000000Z', 'cause': 'asked for by root'},
    {'state': 'injected', 'at': '2026-01-02T03:04:05.400000Z', 'cause': 'the driver answered'},
    {'state': 'capturing', 'at': '2026-01-02T03:04:15.000000Z', 'cause': 'second banner'},
    {'state': 'analysed', 'at': '2026-01-02T03:06:40.000000Z', 'cause': ''},
]
USERS = [
    {'user': 'alice', 'user_id': 'AIDA1', 'arn': 'arn:aws:iam::000000000000:user/alice',
     'created': '2026-01-02T03:04:05.000000Z', 'policy': {'Statement': [{}, {}]},
     'keys': [{'id': 'AKIA1', 'enabled': True, 'usable': True, 'created': '2026-01-03T00:00:00Z'},
              {'id': 'AKIA2', 'enabled': False, 'usable': True, 'created': '2026-01-04T00:00:00Z'}]},
    {'user': 'bob', 'user_id': 'AIDA2', 'arn': 'arn:aws:iam::000000000000:user/bob',
     'created': '2026-01-05T00:00:00Z', 'policy': None, 'keys': []},
]
USERS_TEXT = """\
USER   POLICY        KEY    STATE     CREATED
alice  2 statements  AKIA1  enabled   2026-01-03T00:00:00Z
alice  2 statements  AKIA2  disabled  2026-01-04T00:00:00Z
bob    none          -      -         2026-01-05T00:00:00Z
"""
NEW_KEY = {'AccessKeyId': 'AKIA3', 'SecretAccessKey': 'wJalrXUtnFEMI'}
POLICY = '{"Statement": []}'


def event(**more):
    return {'userIdentity': {'userName': 'alice'}, 'eventTime': '2026-01-02T03:04:05Z',
            'eventSource': 'ec2.amazonaws.com', 'eventName': 'SendDiagnosticInterrupt',
            'sourceIPAddress': '192.0.2.7', 'requestParameters': {'instanceId': 'i-1'}} | more


EVENTS = [
    {'number': 7, 'hash': 'x', 'event': event()},
    {'number': 8, 'hash': 'y', 'event': event(
        userIdentity={'userName': '', 'accessKeyId': 'AKIA\x1b9'}, eventSource='dint',
        eventName='GetDump', requestParameters={'n': 1}, errorCode='Client.DENIED')},
    {'number': 9, 'hash': 'z', 'event': event(requestParameters=None)},
]
EVENTS_TEXT = """\
7  2026-01-02T03:04:05Z  alice  192.0.2.7  ec2:SendDiagnosticInterrupt  i-1  ok
8  2026-01-02T03:04:05Z  AKIA\\x1b9  192.0.2.7  dint:GetDump  {"n":1}  Client.DENIED
9  2026-01-02T03:04:05Z  alice  192.0.2.7  ec2:SendDiagnosticInterrupt  -  ok
"""


def chained(*texts):
    """Those events as dintd answers them raw, and the log that goes with them."""
    before, events, log = '0' * 64, [], ''
    for number, text in enumerate(texts, 1):
        before = hashlib.sha256(f'{before}\n{number}\n{text}\n'.encode()).hexdigest()
        events.append({'number': number, 'hash': before, 'event': text})
        log += f'Jan 02 03:04:05 host dintd[7]: audit: head {number} {before}\n'
    return {'events': events, 'head': {'number': len(texts), 'hash': before}}, log


CHAIN, HEADS = chained('{"a":1}', '{"b":2}', '{"c":3}')
CUT, _ = chained('{"a":1}', '{"b":2}')
CHANGED = {'events': [CHAIN['events'][0], CHAIN['events'][1] | {'event': '{"b":9}'},
                      CHAIN['events'][2]]}
NO_EVENTS = {'events': [], 'head': {'number': 0, 'hash': '0' * 64}}
REPORT = {'kernel': {'release': '6.1.0-38-amd64', 'hostname': 'web1'},
          'panic': {'message': 'Kernel panic - not syncing: NMI\x07'},
          'verdict': {'class': 'undetermined', 'confidence': 'none', 'summary': 'facts only'}}


def incident(stages, ended, **more):
    return {'id': ID, 'machine': 'web1', 'instance_id': 'i-1', 'state': stages[-1]['state'],
            'ended': ended, 'opened': stages[0]['at'], 'changed': stages[-1]['at'],
            'requested_by': 'root', 'reason': None, 'history': stages, 'dumps': [],
            'progress': None, 'evidence': None, 'report': None} | more


ANALYSED = incident(HISTORY, True, reason='dead', report=REPORT,
                    evidence={'registers': {}, 'screen': {}},
                    dumps=[{'name': 'dump.202601020304', 'size': 79058739, 'sha256': SUM,
                            'origin': 'guest'}])
ANALYSED_OUTCOME = f'''\
kernel    6.1.0-38-amd64
host      web1
panic     Kernel panic - not syncing: NMI\\x07
verdict   undetermined: facts only
dump      dump.202601020304, 75.4 MiB, sha256 {SUM}
'''
ANALYSED_NEXT = f'''\
next:
  dint report {ID}      the whole report
  dint dmesg {ID}       the kernel's log
  dint dump {ID}        a copy of the dump, into this directory
'''
ANALYSED_TEXT = f'''\
{ID}: analysed
machine   web1, i-1
asked by  root
reason    dead
evidence  registers, screen (kept before the interrupt; --json shows them)
{ANALYSED_OUTCOME}
AT                           STAGE      AFTER        CAUSE
2026-01-02T03:04:05.000000Z  requested  +0.0 s       asked for by root
2026-01-02T03:04:05.400000Z  injected   +0.4 s       the driver answered
2026-01-02T03:04:15.000000Z  capturing  +10 s        second banner
2026-01-02T03:06:40.000000Z  analysed   +2 min 35 s

{ANALYSED_NEXT}'''


def ended_as(state):
    return incident(HISTORY[:2] + [HISTORY[3] | {'state': state}], True)


SENT = {'incident': ID, 'joined': False, 'state': 'requested', 'machine': 'web1'}
JOINED = SENT | {'joined': True, 'state': 'capturing'}


def console(text, start, **more):
    data = text if isinstance(text, bytes) else text.encode()
    return {'from': start, 'next': start + len(data), 'oldest': 0,
            'data': base64.b64encode(data).decode()} | more


CASES = [
    # access
    dict(name='users', argv='access list', answers={'access_list': [USERS]}, exit=0,
         stdout=USERS_TEXT, asked=[('access_list', {})]),
    dict(name='users as JSON', argv='access list --json', answers={'access_list': [USERS]}, exit=0,
         json=USERS),
    dict(name='no user', argv='access list', answers={'access_list': [[]]}, exit=0, stdout='',
         err_has=['dint access add-user']),
    dict(name='a user is made', argv='access add-user alice', answers={'access_add_user': [{}]},
         exit=0, stdout='', asked=[('access_add_user', {'user': 'alice'})]),
    dict(name='a key is shown once', argv='access add-key alice',
         answers={'access_add_key': [NEW_KEY]}, exit=0,
         stdout='AccessKeyId      AKIA3\nSecretAccessKey  wJalrXUtnFEMI\n',
         err_has=['shown this once'], asked=[('access_add_key', {'user': 'alice'})]),
    dict(name='a key as JSON', argv='access add-key alice --json',
         answers={'access_add_key': [NEW_KEY]}, exit=0, json=NEW_KEY),
    dict(name='a key is disabled', argv='access disable-key AKIA1',
         answers={'access_disable_key': [{}]}, exit=0, stdout='',
         asked=[('access_disable_key', {'key': 'AKIA1'})]),
    dict(name='a policy from a file', argv='access set-policy alice p.json',
         files={'p.json': POLICY.encode()}, answers={'access_set_policy': [{}]}, exit=0, stdout='',
         asked=[('access_set_policy', {'user': 'alice', 'document': POLICY})]),
    dict(name='a policy that is not there', argv='access set-policy alice p.json', answers={},
         exit=3, err_has=['p.json'], asked=[]),
    dict(name='a policy that dintd refuses', argv='access set-policy alice p.json',
         files={'p.json': b'{}'},
         answers={'access_set_policy': [Refusal('BAD_REQUEST', 'policy: Statement: missing')]},
         exit=2, err_has=['policy: Statement: missing']),
    dict(name='no policy any more', argv='access delete-policy alice',
         answers={'access_set_policy': [{}]}, exit=0,
         asked=[('access_set_policy', {'user': 'alice'})]),
    dict(name='what would be allowed', argv='access simulate alice ec2:DescribeInstances',
         answers={'access_simulate': [{'decision': 'allowed', 'statement': 2}]}, exit=0,
         stdout='allowed by statement 2\n',
         asked=[('access_simulate', {'user': 'alice', 'action': 'ec2:DescribeInstances'})]),
    dict(name='what would be refused', argv='access simulate alice ec2:X arn:x --context {}',
         answers={'access_simulate': [{'decision': 'implicitDeny', 'statement': None}]}, exit=5,
         stdout='implicitDeny\n',
         asked=[('access_simulate', {'user': 'alice', 'action': 'ec2:X', 'resource': 'arn:x',
                                     'context': '{}'})]),
    dict(name='a misspelt command', argv='access add-usr alice', answers={}, exit=2,
         err_has=["no command 'add-usr'; did you mean add-user?"], asked=[]),
    dict(name='too few words', argv='access set-policy alice', answers={}, exit=2,
         err_has=['set-policy takes NAME FILE, not 1 word'], asked=[]),
    dict(name='too many words', argv='access list alice', answers={}, exit=2,
         err_has=['list takes nothing, not 1 word'], asked=[]),

    # audit
    dict(name='events', argv='audit', answers={'audit': [{'events': EVENTS}, NO_EVENTS]}, exit=0,
         stdout=EVENTS_TEXT, lacks=['\x1b'],
         asked=[('audit', {'after': 0}), ('audit', {'after': 9})]),
    dict(name='the last events', argv='audit -n 2', answers={'audit': [{'events': EVENTS[1:]}]},
         exit=0, has=['GetDump'], asked=[('audit', {'last': 2})]),
    dict(name='events as JSON, a line each', argv='audit -n 3 --json',
         answers={'audit': [{'events': EVENTS[:1]}]}, exit=0, json=EVENTS[0]['event']),
    dict(name='none of the last', argv='audit -n 0', answers={}, exit=2,
         err_has=['--last: a number from 1 on'], asked=[]),
    dict(name='the chain is whole', argv='audit --verify --heads log', files={'log': HEADS.encode()},
         answers={'audit': [CHAIN, NO_EVENTS]}, exit=0,
         has=['3 events, the chain is whole', '3 heads in the log agree, the last is of event 3'],
         asked=[('audit', {'after': 0, 'raw': True})]),
    dict(name='heads that a stranger was quoted with', argv='audit --verify --heads log --json',
         files={'log': (HEADS.replace('dintd[7]: ', 'dintd[7]: "')
                       + 'audit: head 9 x\n').encode()},
         answers={'audit': [CHAIN, NO_EVENTS]}, exit=0, has=['"heads": 0', '"whole": true']),
    dict(name='the last event is missing', argv='audit --verify --heads log',
         files={'log': HEADS.encode()}, answers={'audit': [CUT, NO_EVENTS]}, exit=4, stdout='',
         err_has=['ends with event 2, and the log knows of event 3: the last ones are missing']),
    dict(name='an event was changed', argv='audit --verify --heads log', files={'log': HEADS.encode()},
         answers={'audit': [CHANGED, NO_EVENTS]}, exit=4, stdout='',
         err_has=['event 2 is not what was written']),
    dict(name='heads without --verify', argv='audit --heads log', answers={}, exit=2,
         err_has=['--heads belongs to --verify'], asked=[]),
    dict(name='a log that is not there', argv='audit --verify --heads log', answers={}, exit=3,
         err_has=['log: '], asked=[]),

    # machines, incidents, incident
    dict(name='machines', argv='machines', answers={'machines': [MACHINES]}, exit=0,
         stdout=MACHINES_TEXT, asked=[('machines', {})]),
    dict(name='machines as JSON', argv='machines --json', answers={'machines': [MACHINES]}, exit=0,
         json=MACHINES, lacks=['\x1b']),
    dict(name='no machine', argv='machines', answers={'machines': [[]]}, exit=0, stdout='',
         err_has=['[machine NAME]']),
    dict(name='incidents', argv='incidents', answers={'incidents': [[ANALYSED | {'cause': 'x'}]]},
         exit=0, has=[ID + '  web1     analysed  2026-01-02T03:04:05.000000Z'],
         asked=[('incidents', {})]),
    dict(name='no incident', argv='incidents', answers={'incidents': [[]]}, exit=0, stdout='',
         err_has=['no incident']),
    dict(name='incidents of a machine', argv='incidents -m web1 --limit=3 --json',
         answers={'incidents': [[]]}, exit=0, json=[],
         asked=[('incidents', {'machine': 'web1', 'limit': 3})]),
    dict(name='a limit that is no number', argv='incidents --limit many',
         answers={}, exit=2, err_has=["--limit: not a number: 'many'"], asked=[]),
    dict(name='incident', argv='incident last', answers={'incident': [ANALYSED]}, exit=0,
         stdout=ANALYSED_TEXT, asked=[('incident', {'id': 'last'})]),
    dict(name='incident as JSON', argv='incident last --json', answers={'incident': [ANALYSED]},
         exit=0, json=ANALYSED),
    dict(name='an incident without a dump says where to look', argv='incident last',
         answers={'incident': [ended_as('no-dump')]}, exit=0,
         has=[f'dint console web1', 'no-dump']),

    # send
    dict(name='send in a script without --yes', argv='send web1', answers={'send': [SENT]}, exit=2,
         stdout='', err_has=['nothing was sent', '--yes', 'cannot be undone'], connections=0),
    dict(name='send', argv=['send', 'web1', '--yes', '--reason', "it's dead"],
         answers={'send': [SENT]}, exit=0,
         stdout=f'{ID}: opened; web1 is at: requested\nfollow it: dint incident {ID}\n',
         err_has=['cannot be undone'],
         asked=[('send', {'machine': 'web1', 'reason': "it's dead"})]),
    dict(name='send joins', argv='send web1 -y', answers={'send': [JOINED]}, exit=0,
         has=['joined, no further interrupt is sent; web1 is at: capturing']),
    dict(name='send as JSON', argv='send web1 -y --json', answers={'send': [SENT]}, exit=0, json=SENT),
    dict(name='send again', argv='send web1 -y --again', answers={'send': [SENT]}, exit=0,
         err_has=['can destroy the dump'], asked=[('send', {'machine': 'web1', 'again': True})]),
    dict(name='send to nobody', argv='send web9 -y',
         answers={'send': [Refusal('NOT_FOUND', "no machine 'web9'")]}, exit=3,
         err_has=["dint send: no machine 'web9'"]),
    dict(name='dintd dies before it answers', argv='send web1 -y', answers={'send': [HangUp()]},
         exit=6, err_has=['whether dintd took the request is not known'],
         asked=[('send', {'machine': 'web1'})]),
    dict(name='patience that is no time', argv='send web1 -y --patience 3', answers={}, exit=2,
         err_has=["--patience: not a duration: '3'"], connections=0),
    dict(name='yes on a terminal', argv='send web1', terminal='y\n',
         answers={'send': [SENT], 'machines': [[MACHINES[0] | {'incident': ID}]]}, exit=0,
         has=['cannot be undone', 'it has an open incident', 'Send it to web1? [y/N]', 'opened'],
         asked=[('machines', {}), ('send', {'machine': 'web1'})]),
    dict(name='a machine that is not ready', argv='send i-3', terminal='\n',
         answers={'send': [SENT], 'machines': [MACHINES]}, exit=2,
         has=['not ready to write a crash dump', 'nothing was sent'], asked=[('machines', {})]),
    dict(name='no on a terminal', argv='send web1', terminal='n\n',
         answers={'send': [SENT], 'machines': [[]]}, exit=2,
         has=['not confirmed: nothing was sent'], asked=[('machines', {})]),

    # send --wait
    dict(name='wait until analysed', argv='send web1 -y --wait',
         answers={'send': [SENT],
                  'incident': [incident(HISTORY[:1], False), incident(HISTORY[:3], False), ANALYSED]},
         exit=0, stdout=f'{ID}: analysed\n{ANALYSED_OUTCOME}{ANALYSED_NEXT}',
         err_has=['  requested                  0.0 s  asked for by root\n'
                  '  injected                   0.4 s  the driver answered\n'
                  '  capturing                   10 s  second banner\n'
                  '  analysed              2 min 35 s\n'],
         asked=[('send', {'machine': 'web1'}),
                ('incident', {'id': ID, 'after': 0, 'wait_ms': 5000}),
                ('incident', {'id': ID, 'after': 1, 'wait_ms': 5000}),
                ('incident', {'id': ID, 'after': 3, 'wait_ms': 5000})]),
    dict(name='wait as JSON', argv='send web1 -y -w --json',
         answers={'send': [SENT], 'incident': [ANALYSED]}, exit=0, json=ANALYSED),
    dict(name='wait for a joined one', argv='send web1 -y -w',
         answers={'send': [JOINED], 'incident': [ANALYSED]}, exit=0,
         err_has=['joined, no further interrupt is sent']),
    dict(name='wait on a terminal', argv='send web1 -w', terminal='y\n',
         answers={'send': [SENT], 'machines': [[]],
                  'incident': [incident(HISTORY[:3], False,
                                        progress={'what': 'receiving', 'done': 1 << 20,
                                                  'total': 4 << 20}), ANALYSED]},
         exit=0, has=['\r\x1b[K', 'receiving: 1.0 MiB of 4.0 MiB', 'capturing', 'analysed']),
    dict(name='no colours when told', argv='send web1 -w', terminal='y\n', env={'NO_COLOR': '1'},
         answers={'send': [SENT], 'machines': [[]], 'incident': [ANALYSED]}, exit=0,
         has=['analysed'], lacks=['\x1b[1m', '\x1b[32m', '\x1b[0m']),
    dict(name='dintd is restarted in the middle of a wait', argv='send web1 -y -w',
         answers={'send': [SENT], 'incident': [incident(HISTORY[:2], False), HangUp(0.2), ANALYSED]},
         exit=0, has=['analysed'], connections=2),
    dict(name='dintd hangs up and is there', argv='send web1 -y -w',
         answers={'send': [SENT], 'incident': [HangUp(), ANALYSED]}, exit=0, connections=2),
    dict(name='dintd never comes back', argv='send web1 -y -w --patience 150ms',
         answers={'send': [SENT], 'incident': [HangUp(None)]}, exit=6,
         err_has=['unwatched from here on (dint incident ' + ID]),
    dict(name='the incident is refused in the middle', argv='send web1 -y -w',
         answers={'send': [SENT], 'incident': [Refusal('DENIED', 'not yours')]}, exit=5,
         err_has=['not yours'], connections=1),
] + [
    dict(name=f'wait ends {state}', argv='send web1 -y -w',
         answers={'send': [SENT], 'incident': [ended_as(state)]}, exit=status,
         has=[f'{ID}: {state}\n'])
    for state, status in [('captured-unreadable', 4), ('ignored', 6), ('not-sent', 6),
                          ('uncertain', 6), ('rebooted-without-dump', 6), ('no-dump', 6),
                          ('machine-gone', 6)]
] + [
    # console
    dict(name='console', argv='console web1',
         answers={'console': [console('[\x1b[0;32m  OK  \x1b[0m] up\r\n\ttab \x1b]0;x\x07 ä\x00', 5),
                              console('', 49)]},
         exit=0, stdout='[  OK  ] up\n\ttab \\x1b]0;x\\x07 ä\\x00',
         asked=[('console', {'machine': 'web1'}), ('console', {'machine': 'web1', 'from': 44})]),
    dict(name='a console cut anywhere', argv='console web1',
         answers={'console': [console(b'a\xc3', 0), console(b'\xa4 \x1b[3', 2),
                              console(b'1mred\x1b[', 7), console('', 12)]},
         exit=0, stdout='aä red\\x1b['),
    dict(name='console --raw', argv='console web1 --raw',
         answers={'console': [console('\x1b[31mred\r\n', 0), console('', 10)]}, exit=0,
         stdout='\x1b[31mred\r\n'),
    dict(name='console --raw to a terminal', argv='console web1 --raw', terminal='', answers={},
         exit=2, has=['for a file or a pipe']),
    dict(name='console --follow over a gap and a restart, until it is refused',
         argv='console web1 --follow',
         answers={'console': [console('one\n', 0), console('', 4), console('two\n', 9),
                              HangUp(0.1), console('anew\n', 0),
                              Refusal('NOT_FOUND', 'web1 was taken away')]},
         exit=3, stdout='one\ntwo\nanew\n',
         err_has=['5 bytes of the console were not kept', 'the console was started anew',
                  'web1 was taken away'],
         asked=[('console', {'machine': 'web1'}), ('console', {'machine': 'web1', 'from': 4}),
                ('console', {'machine': 'web1', 'from': 4, 'wait_ms': 20000}),
                ('console', {'machine': 'web1', 'from': 13}),
                ('console', {'machine': 'web1', 'from': 13}),
                ('console', {'machine': 'web1', 'from': 5})]),
    dict(name='a console that is no base64', argv='console web1',
         answers={'console': [console('', 0, data='%%%%')]}, exit=6, err_has=['not base']),
    dict(name='a machine without a console', argv='console web1',
         answers={'console': [Refusal('UNSUPPORTED', 'web1 has no console')]}, exit=7,
         err_has=['web1 has no console']),

    # dump
    dict(name='dump', argv='dump last', answers={'dump': [STORED]}, exit=0,
         stdout='dump.202601020304: 20 B\n', asked=[('dump', {'id': 'last'})],
         left={'dump.202601020304': b'plain form of stored'}),
    dict(name='dump --raw', argv='dump last --raw', answers={'dump': [STORED]}, exit=0,
         stdout=f'dump.202601020304: 6 B, sha256 {SUM}\n', left={'dump.202601020304': b'stored'}),
    dict(name='dump -o FILE', argv='dump last -o {DIR}/here', answers={'dump': [STORED]}, exit=0,
         has=['/here: 20 B'], left={'here': b'plain form of stored'}),
    dict(name='dump -o -', argv='dump last -o -', answers={'dump': [STORED]}, exit=0,
         stdout='plain form of stored', left={}),
    dict(name='dump --raw -o -', argv='dump last --raw -o-', answers={'dump': [STORED]}, exit=0,
         stdout='stored', left={}),
    dict(name='a dump on the terminal', argv='dump last -o -', terminal='',
         answers={'dump': [STORED]}, exit=2, has=['nothing for a terminal'], left={}),
    dict(name='dump into a device', argv='dump last -o /dev/null', answers={'dump': [STORED]},
         exit=0, left={}),
    dict(name='dump over a file', argv='dump last', answers={'dump': [STORED]}, exit=7,
         files={'dump.202601020304': b'mine'}, err_has=['dump.202601020304 exists: --force'],
         left={'dump.202601020304': b'mine'}),
    dict(name='dump --force', argv='dump last --force', answers={'dump': [STORED]}, exit=0,
         files={'dump.202601020304': b'mine'}, left={'dump.202601020304': b'plain form of stored'}),
    dict(name='dump into a directory', argv='dump last -o {DIR}', answers={'dump': [STORED]},
         exit=2, err_has=['is a directory'], left={}),
    dict(name='dump to nowhere', argv='dump last -o no/such/place', answers={'dump': [STORED]},
         exit=3, err_has=['a new file no/such/place: No such file'], left={}),
    dict(name='a flattened name loses its end', argv='dump last',
         answers={'dump': [WithFile(DUMP | {'name': 'vmcore.flat'}, b'stored')]}, exit=0,
         left={'vmcore': b'plain form of stored'}),
    dict(name='… and keeps it raw', argv='dump last --raw',
         answers={'dump': [WithFile(DUMP | {'name': 'vmcore.flat'}, b'stored')]}, exit=0,
         left={'vmcore.flat': b'stored'}),
    dict(name='a sum that lies', argv='dump last --raw',
         answers={'dump': [WithFile(DUMP, b'Stored')]}, exit=4,
         err_has=['the stored file is damaged: its SHA-256 is '], left={}),
    dict(name='a size that lies', argv='dump last',
         answers={'dump': [WithFile(DUMP | {'size': 7}, b'stored')]}, exit=4,
         err_has=["the store's file has 6 bytes, not 7"], left={}),
    dict(name='no descriptor', argv='dump last', answers={'dump': [DUMP]}, exit=6,
         err_has=['no open file came with it'], left={}),
    dict(name='an answer without a name', argv='dump last',
         answers={'dump': [WithFile({'size': 6, 'sha256': SUM}, b'stored')]}, exit=6,
         err_has=['name: missing'], left={}),
    dict(name='dint-analyze refuses', argv='dump last',
         answers={'dump': [WithFile(DUMP, b'broken')]}, exit=4, stdout='',
         err_has=['dint-analyze: not a dump'], left={}),
    dict(name='dint-analyze is killed', argv='dump last',
         answers={'dump': [WithFile(DUMP, b'killed')]}, exit=4, err_has=['signal 9'], left={}),
    dict(name='dump, and SIGTERM in the middle', argv='dump last',
         answers={'dump': [WithFile(DUMP, b'slow!!')]}, exit=-15, stdout='', signal=15, left={}),
    dict(name='dump, and SIGINT in the middle', argv='dump last',
         answers={'dump': [WithFile(DUMP, b'slow!!')]}, exit=-2, stdout='', signal=2, left={}),
    dict(name='no dint-analyze', argv='dump last', answers={'dump': [STORED]}, exit=1,
         env={'DINT_ANALYZE': '/nowhere/analyze'},
         err_has=['/nowhere/analyze: No such file', '$DINT_ANALYZE'], left={}),
    dict(name='no dump', argv='dump inc-9',
         answers={'dump': [Refusal('NOT_FOUND', 'it ended without a dump')]}, exit=3, left={}),
] + [
    dict(name=f'a dump called {name!r}', argv='dump last',
         answers={'dump': [WithFile(DUMP | {'name': name}, b'stored')]}, exit=4,
         err_has=['neither may be written'], left={})
    for name in ['../x', '/etc/x', '..', '', '.hidden', '-o', 'a b', 'a\x1b', 'ä', 'x' * 201]
] + [
    # what concerns a file
    dict(name='dmesg of a file', argv='dmesg {DIR}/d --style makedumpfile', answers=None, exit=0,
         files={'d': b'x'}, stdout='dmesg --style makedumpfile {DIR}/d\n'),
    dict(name='dmesg of a file here', argv='dmesg d --json', answers=None, exit=0,
         files={'d': b'x'}, stdout='dmesg --json d\n'),
    dict(name='a file that looks like an option', argv='dmesg -- -d', answers=None, exit=0,
         files={'-d': b'x'}, stdout='dmesg ./-d\n'),
    dict(name='dmesg of an incident', argv='dmesg inc-06', answers={'dump': [STORED]}, exit=0,
         stdout='dmesg --fd\n', asked=[('dump', {'id': 'inc-06'})]),
    dict(name='stacks by pid', argv='bt d 1 412 --json', answers=None, exit=0,
         files={'d': b'x'}, stdout='bt --json d 1 412\n'),
    dict(name='stacks of who is blocked', argv='bt last --blocked', answers={'dump': [STORED]},
         exit=0, stdout='bt --blocked --fd\n', asked=[('dump', {'id': 'last'})]),
    dict(name='tasks, grouped', argv='tasks d --group', answers=None, exit=0,
         files={'d': b'x'}, stdout='tasks --group d\n'),
    dict(name='sym of a file', argv='sym {DIR}/d schedule 0xffff --json', answers=None, exit=0,
         files={'d': b'x'}, stdout='sym --json {DIR}/d schedule 0xffff\n'),
    dict(name='sym of nothing', argv='sym {DIR}/d', answers=None, exit=2, files={'d': b'x'},
         err_has=['ADDRESS|NAME is missing: 0xffffffff81000000, schedule']),
    dict(name='show, type and place', argv='show d task_struct init_task', answers=None, exit=0,
         files={'d': b'x'}, stdout='show d task_struct init_task\n'),
    dict(name='show, a global', argv='show d modules', answers=None, exit=0, files={'d': b'x'},
         stdout='show d modules\n'),
    dict(name='read, physical', argv='read d 0x1000 64 --physical', answers=None, exit=0,
         files={'d': b'x'}, stdout='read --physical d 0x1000 64\n'),
    dict(name='read, one word too many', argv='read d 1 2 3', answers=None, exit=2,
         files={'d': b'x'}, err_has=["one word too many: '3'"]),
    dict(name='what', argv='what d schedule', answers=None, exit=0, files={'d': b'x'},
         stdout='what d schedule\n'),
    dict(name='modules', argv='modules d', answers=None, exit=0, files={'d': b'x'},
         stdout='modules d\n'),
    dict(name='no such file', argv='dmesg {DIR}/d', answers=None, exit=3,
         err_has=['/d: No such file or directory']),
    dict(name='neither a file nor a dintd', argv='dmesg d', answers=None, exit=6,
         err_has=["'d' is no file here, and as an incident's id: no dintd answers"]),
    dict(name='a style that is none', argv='dmesg d --style short', answers=None, exit=2,
         err_has=["--style: 'short' is none of: kernel makedumpfile"]),
    dict(name='not a dump', argv='dmesg d', answers=None, exit=4, files={'d': b'broken'},
         err_has=['not a dump']),

    dict(name='report of an incident', argv='report last', answers={'dump': [STORED]}, exit=0,
         has=['6.1.0\\x1b[31m'], lacks=['\x1b'], asked=[('dump', {'id': 'last'})]),
    dict(name='report as JSON', argv='report d --json', answers=None, exit=0, files={'d': b'x'},
         json={'kernel': {'release': '6.1.0\x1b[31m', 'hostname': 'web1'},
               'asked': 'report --json d'}),
    dict(name='info of a file', argv='info ./d', answers=None, exit=0, files={'d': b'x'},
         has=['6.1.0\\x1b[31m', 'web1'], lacks=['\x1b']),
    dict(name='info, and a warning', argv='info d', answers=None, exit=0, files={'d': b'warned'},
         has=['web1'], err_has=['the file ends early']),
    dict(name='info of no dump', argv='info d', answers=None, exit=4, files={'d': b'broken'},
         stdout='', err_has=['dint-analyze: not a dump']),
    dict(name='a log cut while it is read', argv='dmesg d', answers=None, exit=4,
         files={'d': b'cut'}, err_has=['cut short while it was read']),
    dict(name='a reader that wants no more', argv='dmesg d', answers=None, exit=141,
         files={'d': b'piped'}, lacks=['signal']),
    dict(name='a dump cut while it is read', argv='info d', answers=None, exit=4,
         files={'d': b'cut'}, err_has=['cut short while it was read']),
    dict(name='an analyser that is killed', argv='report d', answers=None, exit=4,
         files={'d': b'killed'}, err_has=['was ended by signal 9']),
    dict(name='an analyser that babbles', argv='report d', answers=None, exit=1,
         files={'d': b'babble'}, err_has=["dint-analyze's answer: not JSON"]),

    # a dintd that is none
    dict(name='nobody there', argv='machines', answers=None, exit=6,
         err_has=['no dintd answers', 'systemctl status dintd', '--socket']),
    dict(name='not JSON', argv='machines', answers={'machines': [Raw(b'SSH-2.0-x\n')]}, exit=6,
         err_has=["that is not dintd's answer: not JSON"]),
    dict(name='neither result nor error', argv='machines',
         answers={'machines': [Raw(b'{"ok":true}\n')]}, exit=6, err_has=['neither a result nor']),
    dict(name='a refusal without words', argv='machines',
         answers={'machines': [Raw(b'{"ok":false,"error":{}}\n')]}, exit=6,
         err_has=['neither a result nor']),
    dict(name='hangs up', argv='machines', answers={'machines': [HangUp()]}, exit=6,
         err_has=['hung up without an answer']),
    dict(name='hangs up in the middle of a line', argv='machines',
         answers={'machines': [HangUp(after=b'{"ok":')]}, exit=6,
         err_has=['hung up without an answer']),
    dict(name='a line without end', argv='machines',
         answers={'machines': [Raw(b'x' * (1 << 20), 66)]}, exit=6,
         err_has=['an answer of more than 67108864 bytes']),
    dict(name='words that move the cursor', argv='machines',
         answers={'machines': [Refusal('DENIED', 'no\x1b[2J\nroot: yes')]}, exit=5,
         err_has=['no\\x1b[2J\\x0aroot: yes'], lacks=['\x1b']),
    dict(name='a socket path too long', argv='machines --socket ' + '/x' * 60, answers=None,
         exit=2, err_has=["socket's path"]),
    dict(name='a word that is not UTF-8', argv=['incident', b'\xff'], answers={}, exit=2,
         err_has=['not UTF-8'], asked=[]),
] + [
    # every code, from a verb about a machine and from one about a dump
    dict(name=f'{code} from {verb}', argv=f'{verb} x',
         answers={verb: [Refusal(code, 'words of dintd')]}, exit=status,
         err_has=[f'dint {verb}: ', 'words of dintd'])
    for code, machine, dump in [('BAD_REQUEST', 2, 2), ('NOT_FOUND', 3, 3), ('CORRUPT', 4, 4),
                                ('UNSUPPORTED', 7, 4), ('LIMIT', 7, 7), ('DENIED', 5, 5),
                                ('UNREACHABLE', 6, 6), ('TIMEOUT', 6, 6), ('CONFLICT', 7, 7),
                                ('SYSTEM', 1, 1), ('ANOTHER', 1, 1)]
    for verb, status in [('incident', machine), ('dump', dump)]
] + [
    # the command line
    dict(name='the socket before the verb', argv='--socket {DIR}.socket machines',
         env={'DINT_SOCKET': '/nowhere'}, answers={'machines': [[]]}, exit=0),
    dict(name='the socket behind the verb', argv='--socket /nowhere machines --socket={DIR}.socket',
         env={'DINT_SOCKET': '/nowhere'}, answers={'machines': [[]]}, exit=0),
    dict(name='version', argv='--version', answers=None, exit=0, has=['dint 0.']),
    dict(name='nothing', argv='', answers=None, exit=2, stdout='', err_has=['verbs', 'machines']),
    dict(name='--help', argv='--help', answers=None, exit=0, has=['usage: dint VERB', 'machines']),
    dict(name='help', argv='help', answers=None, exit=0, has=['usage: dint VERB']),
    dict(name='help VERB', argv='help send', answers=None, exit=0,
         has=['usage: dint send MACHINE [--reason TEXT]', 'example\n  dint send web1']),
    dict(name='VERB --help needs no argument', argv='send --help', answers=None, exit=0,
         has=['usage: dint send MACHINE']),
    dict(name='help of no verb', argv='help sned', answers=None, exit=2,
         err_has=["no such verb: 'sned' (did you mean send?)"]),
    dict(name='no such verb, one is near', argv='mashines', answers=None, exit=2,
         err_has=["no such verb: 'mashines' (did you mean machines?)"]),
    dict(name='no such verb, none is near', argv='reboot-everything', answers=None, exit=2,
         err_has=["no such verb: 'reboot-everything'\n"]),
    dict(name='no such option', argv='machines --jsn', answers=None, exit=2,
         err_has=["no such option: '--jsn' (did you mean --json?)", 'dint help machines']),
    dict(name='no such leading option', argv='--verson', answers=None, exit=2,
         err_has=['did you mean --version?']),
    dict(name='an argument is missing', argv='send', answers=None, exit=2,
         err_has=['MACHINE is missing: its name']),
    dict(name='one word too many', argv='send a b', answers=None, exit=2,
         err_has=["one word too many: 'b'"]),
    dict(name='an empty word', argv=['send', ''], answers=None, exit=2,
         err_has=['MACHINE is empty']),
    dict(name='a value is missing', argv='dump x -o', answers=None, exit=2,
         err_has=['--output needs a value: FILE']),
    dict(name='letters in one word', argv='send web1 -yw', answers=None, exit=2, err_has=["'-yw'"]),
    dict(name='a value too many', argv='machines --json=yes', answers=None, exit=2,
         err_has=['--json takes no value']),
    dict(name='an answer to a full disk', argv='machines', answers={'machines': [MACHINES]},
         exit=1, full=True, err_has=['stdout: No space left on device']),
    dict(name='names of machines', argv='help --names machines', answers={'machines': [MACHINES]},
         exit=0, stdout='web1\ndb\\x1b[31m1\napp1\n'),
    dict(name='names without a dintd', argv='help --names incidents', answers=None, exit=0,
         stdout=''),
    dict(name='completion for no shell', argv='help --completion csh', answers=None, exit=2,
         err_has=['bash zsh fish']),
]
