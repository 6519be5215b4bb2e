// SPDX-License-Identifier: GPL-2.0-or-later
// The AWS SDK for JavaScript v3, unmodified, against dintd. tests/clients/sdk-js starts both; the
// SDK's folder is in DINT_SDK, the site's addresses in the environment as for every client.
'use strict';
const assert = require('node:assert/strict');
const http = require('node:http');
const path = require('node:path');

const load = name => require(path.join(process.env.DINT_SDK, 'node_modules', name));
const sdk = load('@aws-sdk/client-ec2');
const { STSClient, GetCallerIdentityCommand } = load('@aws-sdk/client-sts');

const { WEB1, WEB2, GONE, UNKNOWN, REGION, ACCOUNT, GREETING } = JSON.parse(process.env.DINT_SITE);
const keys = JSON.parse(process.env.DINT_KEYS);
const endpoint = process.env.DINT_URL;

function client(user = 'admin', { secret, key, attempts = 1, Client = sdk.EC2Client, ...more } = {}) {
  return new Client({
    endpoint, region: REGION, maxAttempts: attempts,
    credentials: {
      accessKeyId: key ?? keys[user].AccessKeyId,
      secretAccessKey: secret ?? keys[user].SecretAccessKey,
    },
    ...more,
  });
}

const ec2 = client();
const send = (command, input, from = ec2) => from.send(new sdk[`${command}Command`](input ?? {}));

async function refused(name, promise, { status = 400, says = '' } = {}) {
  await assert.rejects(promise, error => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.ok(error.message.includes(says), error.message);
    return true;
  });
}

const instance = async id =>
  (await send('DescribeInstances', { InstanceIds: [id] })).Reservations[0].Instances[0];
const status = async id =>
  (await send('DescribeInstanceStatus', { InstanceIds: [id] })).InstanceStatuses[0];

async function until(condition, seconds, what) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

const tests = {
  async describes() {
    const { Reservations } = await send('DescribeInstances');
    assert.deepEqual(Reservations.map(r => r.Instances[0].InstanceId), [WEB1, WEB2, GONE]);
    const one = await instance(WEB1);
    assert.ok(one.LaunchTime instanceof Date && !isNaN(one.LaunchTime));
    assert.deepEqual(one.State, { Code: 16, Name: 'running' });
    assert.deepEqual(one.Tags, [{ Key: 'Name', Value: 'web1' }]);
    const all = await send('DescribeInstanceStatus', { IncludeAllInstances: true });
    assert.deepEqual(all.InstanceStatuses.map(s => s.InstanceState.Name),
      ['running', 'running', 'pending']);
    assert.equal((await send('DescribeRegions')).Regions[0].RegionName, REGION);
    assert.equal((await send('DescribeAvailabilityZones')).AvailabilityZones[0].ZoneName, `${REGION}a`);
    const me = await client('admin', { Client: STSClient }).send(new GetCallerIdentityCommand({}));
    assert.equal(me.Arn, `arn:aws:iam::${ACCOUNT}:user/admin`);
    assert.equal(me.Account, ACCOUNT);
  },

  async shows_console_and_screen() {
    await until(async () => (await send('GetConsoleOutput', { InstanceId: WEB1 })).Output, 10, 'console');
    const { Output, Timestamp } = await send('GetConsoleOutput', { InstanceId: WEB1, Latest: true });
    assert.equal(Buffer.from(Output, 'base64').toString(), GREETING);
    assert.ok(Timestamp instanceof Date);
    const { ImageData } = await send('GetConsoleScreenshot', { InstanceId: WEB1 });
    assert.equal(Buffer.from(ImageData, 'base64').subarray(0, 3).toString('hex'), 'ffd8ff');
  },

  async pages() {
    for (const [operation, key] of [['DescribeInstances', 'Reservations'],
      ['DescribeInstanceStatus', 'InstanceStatuses'], ['DescribeTags', 'Tags']]) {
      const whole = (await send(operation))[key];
      const found = [];
      for await (const page of sdk[`paginate${operation}`]({ client: ec2, pageSize: 5 }, {}))
        found.push(...page[key]);
      assert.deepEqual(found, whole, operation);
    }
  },

  async tags() {
    const Resources = [WEB1, WEB2];
    await send('CreateTags', { Resources, Tags: [{ Key: 'team', Value: 'blå & <rød>' }] });
    const { Tags } = await send('DescribeTags', { Filters: [{ Name: 'tag:team', Values: ['bl?*'] }] });
    assert.deepEqual(Tags.map(t => [t.ResourceId, t.Value]),
      [[WEB1, 'blå & <rød>'], [WEB2, 'blå & <rød>']]);
    await send('DeleteTags', { Resources, Tags: [{ Key: 'team', Value: 'blå & <rød>' }] });
    assert.equal((await send('DescribeTags')).Tags.length, 3);
  },

  async says_what_is_wrong() {
    const interrupt = (InstanceId, more, from) =>
      send('SendDiagnosticInterrupt', { InstanceId, ...more }, from);
    await refused('InvalidInstanceID.Malformed', interrupt('foo'), { says: 'Invalid id: "foo"' });
    await refused('InvalidInstanceID.NotFound', interrupt(UNKNOWN), { says: UNKNOWN });
    await refused('DryRunOperation', interrupt(WEB2, { DryRun: true }), { status: 412 });
    await refused('Unavailable', interrupt(GONE), { status: 503 });
    await refused('UnauthorizedOperation', interrupt(WEB2, {}, client('little')),
      { status: 403, says: `instance/${WEB2}` });
    await refused('InvalidParameterValue',
      send('DescribeInstances', { Filters: [{ Name: 'colour', Values: ['x'] }] }));
    await refused('UnsupportedOperation', send('StopInstances', { InstanceIds: [WEB1], Hibernate: true }));
  },

  async says_who_is_not_believed() {
    const describe = from => send('DescribeInstances', {}, from);
    await refused('AuthFailure', describe(client('admin', { secret: 'x'.repeat(40) })), { status: 401 });
    await refused('AuthFailure', describe(client('admin', { key: 'AKIAAAAAAAAAAAAAAAAA' })), { status: 401 });
    const sts = options => client('admin', { Client: STSClient, ...options })
      .send(new GetCallerIdentityCommand({}));
    await refused('SignatureDoesNotMatch', sts({ secret: 'x'.repeat(40) }), { status: 403 });
    await refused('InvalidClientTokenId', sts({ key: 'AKIAAAAAAAAAAAAAAAAA' }), { status: 403 });
  },

  // The SDK learns the hour from the answer's Date and, allowed a second attempt, is right with it.
  async clock_off_by_an_hour() {
    for (const systemClockOffset of [-3600e3, 3600e3]) {
      await refused('RequestExpired', send('DescribeRegions', {}, client('admin', { systemClockOffset })));
      await send('DescribeRegions', {}, client('admin', { systemClockOffset, attempts: 2 }));
    }
  },

  async presigned_and_expired() {
    const { SignatureV4 } = load('@smithy/signature-v4');
    const { Sha256 } = load('@aws-crypto/sha256-js');
    const at = new URL(endpoint);
    const signer = new SignatureV4({
      service: 'ec2', region: REGION, sha256: Sha256,
      credentials: { accessKeyId: keys.admin.AccessKeyId, secretAccessKey: keys.admin.SecretAccessKey },
    });
    const get = async (signingDate, expiresIn) => {
      const request = await signer.presign({
        method: 'GET', protocol: 'http:', hostname: at.hostname, port: Number(at.port), path: '/',
        headers: { host: at.host }, query: { Action: 'DescribeRegions', Version: '2016-11-15' },
      }, { signingDate, expiresIn });
      const answer = await fetch(`${endpoint}/?${new URLSearchParams(request.query)}`);
      return [answer.status, await answer.text()];
    };
    assert.equal((await get(new Date(), 60))[0], 200);
    const [code, text] = await get(new Date(Date.now() - 120e3), 60);
    assert.equal(code, 400);
    assert.ok(text.includes('<Code>RequestExpired</Code>'), text);
  },

  async waits() {
    const quick = { client: ec2, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    const InstanceIds = [WEB1];
    const { StoppingInstances } = await send('StopInstances', { InstanceIds });
    assert.equal(StoppingInstances[0].PreviousState.Name, 'running');
    await sdk.waitUntilInstanceStopped(quick, { InstanceIds });
    await refused('IncorrectInstanceState', send('SendDiagnosticInterrupt', { InstanceId: WEB1 }),
      { says: 'it is stopped' });
    await send('StartInstances', { InstanceIds });
    await sdk.waitUntilInstanceRunning({ ...quick, minDelay: 0.2, maxDelay: 0.2 }, { InstanceIds });
    assert.equal((await status(WEB1)).InstanceStatus.Status, 'initializing');
    await sdk.waitUntilInstanceStatusOk(quick, { InstanceIds });
    const before = (await instance(WEB1)).LaunchTime;
    await send('RebootInstances', { InstanceIds });
    await until(async () => (await instance(WEB1)).LaunchTime > before, 15, 'the reboot');
    await send('StopInstances', { InstanceIds: [WEB1], Force: true, SkipOsShutdown: true });
    await sdk.waitUntilInstanceStopped(quick, { InstanceIds });
  },

  // Two attempts of one call: the first one's answer is cut off by a proxy that has heard it.
  async a_lost_answer_is_given_again() {
    const at = new URL(endpoint);
    let attempts = 0;
    const bodies = [];
    const proxy = http.createServer((request, answer) => {
      const cut = !attempts++;
      const onward = http.request({ host: at.hostname, port: at.port, method: request.method,
        path: request.url, headers: request.headers }, from => {
        const pieces = [];
        from.on('data', piece => pieces.push(piece));
        from.on('end', () => {
          bodies.push(Buffer.concat(pieces).toString());
          if (cut) return answer.destroy();
          answer.writeHead(from.statusCode, from.headers);
          answer.end(Buffer.concat(pieces));
        });
      });
      request.pipe(onward);
    });
    await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve));
    const through = client('admin', { attempts: 3, endpoint: `http://127.0.0.1:${proxy.address().port}` });
    await send('SendDiagnosticInterrupt', { InstanceId: WEB2 }, through);
    assert.equal(attempts, 2);
    assert.equal(bodies[0], bodies[1]); // its request id and all
    through.destroy();
    proxy.close();
    await refused('IncorrectInstanceState', send('RebootInstances', { InstanceIds: [WEB2] }));
  },
};

// Only where somebody else uses up the tokens (tests/clients/sdk-js).
async function throttled() {
  await send('SendDiagnosticInterrupt', { InstanceId: WEB2 }, client('admin', { attempts: 8 }));
}

(async () => {
  const wanted = process.env.DINT_ONLY === 'throttled' ? { throttled } : tests;
  let failed = 0;
  for (const [name, test] of Object.entries(wanted)) {
    const begun = Date.now();
    const line = word => `${word.padEnd(7)} ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${name}`;
    try {
      await test();
      console.log(line('ok'));
    } catch (error) {
      failed++;
      console.log(`${line('FAILED')}: ${error.stack}`);
    }
  }
  console.log(`${Object.keys(wanted).length - failed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})();
