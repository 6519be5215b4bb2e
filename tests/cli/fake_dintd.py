# SPDX-License-Identifier: GPL-2.0-or-later
"""A dintd that says what it was told to say, for tests of the command `dint`.

answers is {operation: [answer, …]}: one is used up a question, the last one stays. An answer is a
result, or one of the classes below. What was asked is in .asked, as (operation, arguments); how
often somebody connected, in .connections.
"""
import array
import json
import os
import socket
import threading


class Refusal:
    def __init__(self, code, message):
        self.line = json.dumps({'ok': False, 'error': {'code': code, 'message': message}})


class Raw:
    """These bytes in place of an answer; times of them."""

    def __init__(self, data, times=1):
        self.data, self.times = data, times


class WithFile:
    """A result, and a descriptor of a file with this content."""

    def __init__(self, result, content):
        self.result, self.content = result, content


class HangUp:
    """Ends the connection, after these bytes; nobody is there for away_s then (None: for good)."""

    def __init__(self, away_s=0, after=b''):
        self.away_s, self.after = away_s, after


class FakeDintd:
    def __init__(self, path, answers):
        self.path = path
        self.answers = {name: list(queue) for name, queue in answers.items()}
        self.asked = []
        self.connections = 0
        self._listen()

    def _listen(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(8)
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        if os.path.exists(self.path):
            os.unlink(self.path)

    def _serve(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    self._talk(connection)
                except OSError:
                    pass  # the other end left

    def _talk(self, connection):
        with connection.makefile('rb') as lines:
            for line in lines:
                question = json.loads(line)
                self.asked.append((question['op'], question['args']))
                queue = self.answers.get(question['op'])
                if not queue:
                    answer = Refusal('SYSTEM', f'the test foresaw no {question["op"]}')
                else:
                    answer = queue.pop(0) if len(queue) > 1 else queue[0]
                if isinstance(answer, HangUp):
                    connection.sendall(answer.after)
                    self._go_away(answer.away_s)
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                self._answer(connection, answer)

    def _go_away(self, away_s):
        if away_s == 0:
            return
        self.close()
        if away_s is not None:
            threading.Timer(away_s, self._listen).start()

    def _answer(self, connection, answer):
        if isinstance(answer, Raw):
            for _ in range(answer.times):
                connection.sendall(answer.data)
        elif isinstance(answer, Refusal):
            connection.sendall(answer.line.encode() + b'\n')
        elif isinstance(answer, WithFile):
            line = json.dumps({'ok': True, 'result': answer.result}).encode() + b'\n'
            fd = os.memfd_create('dump')
            os.write(fd, answer.content)
            connection.sendmsg([line], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                         array.array('i', [fd]))])
            os.close(fd)
        else:
            connection.sendall(json.dumps({'ok': True, 'result': answer}).encode() + b'\n')
