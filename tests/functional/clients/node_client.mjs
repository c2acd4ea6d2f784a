// Node's http module against apps/httpbin. Argument: the server's port.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';

const port = Number(process.argv[2]);

function start(method, path, options = {}) {
  return http.request({ host: '127.0.0.1', port, method, path, timeout: 60000, ...options });
}

async function answerOf(request) {
  const [response] = await once(request, 'response');
  const pieces = [];
  for await (const piece of response) pieces.push(piece);
  return { response, body: Buffer.concat(pieces) };
}

async function ask(method, path, options = {}, body = undefined) {
  const request = start(method, path, options);
  request.end(body);
  return answerOf(request);
}

test('an agent keeps one connection for many requests', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set();
  for (const path of ['/get', '/stream/3', '/bytes/70000', '/gzip', '/static/melody.wav', '/status/204', '/trailers', '/post']) {
    const { response } = await ask(path === '/post' ? 'POST' : 'GET', path, { agent }, path === '/post' ? 'x' : undefined);
    assert.ok(response.statusCode < 300, path);
    ports.add(response.socket?.localPort ?? response.req.socket.localPort);
  }
  assert.equal(ports.size, 1);
  agent.destroy();
});

test('fifty requests at once over eight connections', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask('GET', `/get?i=${i}`, { agent })));
  answers.forEach(({ body }, i) => assert.equal(JSON.parse(body).args.i, String(i)));
  agent.destroy();
});

test('an upload is streamed as it is made', async () => {
  const block = Buffer.alloc(65536, 'indrik ');
  const hash = createHash('sha256');
  async function* parts() {
    yield '--X\r\nContent-Disposition: form-data; name=f; filename=made.bin\r\n\r\n';
    for (let i = 0; i < 128; i++) {
      hash.update(block);
      yield block;
    }
    yield '\r\n--X--\r\n';
  }
  const request = start('POST', '/upload', { headers: { 'Content-Type': 'multipart/form-data; boundary=X' } });
  const answer = answerOf(request);
  await pipeline(Readable.from(parts()), request);
  const [file] = JSON.parse((await answer).body).files;
  assert.deepEqual([file.size, file.sha256], [128 * block.length, hash.digest('hex')]);
});

test('a download waits for a reader that pauses', async () => {
  const request = start('GET', '/drip?duration=0&numbytes=10485760');
  request.end();
  const [response] = await once(request, 'response');
  response.pause();
  await ask('GET', '/get');  // the server serves others meanwhile
  let size = 0;
  for await (const piece of response) size += piece.length;
  assert.equal(size, 10485760);
});

test('what comes in pieces is seen in pieces', async () => {
  const request = start('GET', '/drip?duration=60&numbytes=3');
  request.end();
  const [response] = await once(request, 'response');
  const [piece] = await once(response, 'data');
  assert.equal(piece.toString(), '*');
  request.destroy();  // long before its end
});

test('trailers of an answer', async () => {
  const { response, body } = await ask('GET', '/trailers');
  const digest = createHash('sha256').update(body).digest('base64');
  assert.equal(response.trailers['content-digest'], `sha-256=:${digest}:`);
});

test('trailers of a request belong to no later one', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const request = start('POST', '/post', { agent, headers: { 'Content-Type': 'text/plain', Trailer: 'X-End' } });
  request.write('one ');
  request.write('two');
  request.addTrailers({ 'X-End': 'reached' });
  request.end();
  const { response, body } = await answerOf(request);
  assert.deepEqual([response.statusCode, JSON.parse(body).data], [200, 'one two']);
  assert.equal(JSON.parse(body).headers['X-End'], undefined);
  const next = await ask('GET', '/headers', { agent });
  assert.equal(JSON.parse(next.body).headers['X-End'], undefined);
  assert.ok(next.response.req.reusedSocket);
  agent.destroy();
});

test('100 Continue comes when the body is wanted', async () => {
  const request = start('POST', '/post', { headers: { Expect: '100-continue', 'Content-Length': 4 } });
  const answer = answerOf(request);
  request.flushHeaders();
  await once(request, 'continue');
  request.end('body');
  assert.equal(JSON.parse((await answer).body).data, 'body');
});

test('no 100 Continue for a body that nobody wants', async () => {
  const request = start('POST', '/get', { headers: { Expect: '100-continue', 'Content-Length': 4 } });
  let continued = false;
  request.on('continue', () => { continued = true; });
  request.on('error', () => {});  // the connection may be closed on the body that never comes
  request.flushHeaders();
  const [response] = await once(request, 'response');
  assert.deepEqual([response.statusCode, continued], [405, false]);
  request.destroy();
});

test('early hints come before the answer', async () => {
  const request = start('GET', '/early-hints');
  const events = [];
  request.on('information', (information) => events.push([information.statusCode, information.headers.link]));
  request.end();
  const { response } = await answerOf(request);
  assert.deepEqual(events, [[103, '</static/style.css>; rel=preload; as=style']]);
  assert.equal(response.statusCode, 200);
});

test('a client that leaves in the middle harms nobody', async () => {
  const leave = (request) => new Promise((resolve) => {
    request.on('error', () => {});
    request.on('close', resolve);
    request.destroy();
  });
  for (const path of ['/delay/10', '/drip?duration=60', '/drip?duration=0&numbytes=10485760', '/range/1000?duration=60']) {
    const request = start('GET', path);
    request.end();
    await once(request, path.startsWith('/drip') ? 'response' : 'finish');
    await leave(request);
  }
  const upload = start('POST', '/upload', { headers: { 'Content-Type': 'multipart/form-data; boundary=X' } });
  upload.write('--X\r\nContent-Disposition: form-data; name=f; filename=cut\r\n\r\nbytes');
  const [socket] = await once(upload, 'socket');
  await once(socket, 'connect');
  await leave(upload);
  assert.equal((await ask('GET', '/get')).response.statusCode, 200);
});

test('a part of a file, and redirections that the client counts', async () => {
  const { response, body } = await ask('GET', '/static/melody.wav', { headers: { Range: 'bytes=0-3' } });
  assert.deepEqual([response.statusCode, body.toString()], [206, 'RIFF']);
  let path = '/redirect/4';
  let hops = 0;
  for (; path !== '/get'; hops++) path = (await ask('GET', path)).response.headers.location;
  assert.equal(hops, 4);
});
