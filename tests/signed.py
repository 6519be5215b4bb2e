# SPDX-License-Identifier: GPL-2.0-or-later
"""HTTP requests signed with AWS Signature Version 4, by nothing but Python's own library."""
import datetime
import hashlib
import hmac
import http.client
import json
import urllib.parse

EMPTY = hashlib.sha256(b'').hexdigest()


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def quoted(text):
    return urllib.parse.quote(str(text), safe='-_.~')


class Signer:
    """key: {'AccessKeyId', 'SecretAccessKey'}, as dint access add-key --json prints it."""

    def __init__(self, key, host, service, region='local'):
        self.key, self.host, self.service, self.region = key, host, service, region

    def headers(self, method, path, query='', body=b'', kind=None, later_s=0):
        """-> the headers to send; the path as it goes over the wire, the query sorted already."""
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=later_s)
        stamp, day = now.strftime('%Y%m%dT%H%M%SZ'), now.strftime('%Y%m%d')
        signed = {'host': self.host, 'x-amz-date': stamp}
        if kind:
            signed['content-type'] = kind
        names = ';'.join(sorted(signed))
        lines = ''.join(f'{name}:{signed[name]}\n' for name in sorted(signed))
        canonical = '\n'.join([method, urllib.parse.quote(path, safe='/-_.~'), query, lines, names,
                               hashlib.sha256(body).hexdigest()])
        scope = f'{day}/{self.region}/{self.service}/aws4_request'
        text = '\n'.join(['AWS4-HMAC-SHA256', stamp, scope,
                          hashlib.sha256(canonical.encode()).hexdigest()])
        key = ('AWS4' + self.key['SecretAccessKey']).encode()
        for part in (day, self.region, self.service, 'aws4_request'):
            key = mac(key, part)
        signed['authorization'] = (
            f'AWS4-HMAC-SHA256 Credential={self.key["AccessKeyId"]}/{scope}, '
            f'SignedHeaders={names}, Signature={mac(key, text).hex()}')
        return signed


class Client:
    """One request at a time on a connection that is kept."""

    def __init__(self, port, key, service='dint', timeout=40):
        self.signer = key and Signer(key, f'127.0.0.1:{port}', service)
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=timeout)

    def __call__(self, method, path, query=None, body=None, **headers):
        """-> (status, headers, bytes); body: what JSON can say, or bytes."""
        text = '&'.join(f'{quoted(k)}={quoted(v)}' for k, v in sorted((query or {}).items()))
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b''
        send = {name.replace('_', '-'): value for name, value in headers.items()}
        if self.signer:
            send.update(self.signer.headers(method, path, text, data,
                                            'application/json' if data else None))
        self.connection.request(method, path + (f'?{text}' if text else ''), data or None, send)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def json(self, method, path, query=None, body=None, want=200):
        status, headers, data = self(method, path, query, body)
        assert status == want, (method, path, status, data)
        assert headers['Content-Type'] == 'application/json', headers
        return json.loads(data)
