// What the ws package sees of apps/httpbin: node node_ws_client.cjs PORT
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const {test} = require('node:test');
const {WebSocket} = require('ws');

const url = `ws://127.0.0.1:${process.argv[2]}/ws/echo`;

function open(options = {}) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {maxPayload: 0, ...options});
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

function next(socket, event) {
  return new Promise((resolve, reject) => {
    socket.once(event, (...values) => resolve(values));
    socket.once('error', reject);
  });
}

async function echoes(socket, data, options) {
  const answer = next(socket, 'message');
  socket.send(data, options);
  const [received, isBinary] = await answer;
  assert.strictEqual(isBinary, typeof data !== 'string');
  assert.ok(Buffer.compare(received, Buffer.from(data)) === 0);
}

function close(socket, code, reason) {
  const closed = next(socket, 'close');
  socket.close(code, reason);
  return closed;
}

for (const perMessageDeflate of [
  false, true, {serverNoContextTakeover: true, clientNoContextTakeover: true},
  {serverMaxWindowBits: 8, clientMaxWindowBits: 9}, {threshold: 0}]) {
  test(`echo with ${JSON.stringify(perMessageDeflate)}`, async () => {
    const socket = await open({perMessageDeflate});
    assert.strictEqual(socket.extensions.includes('permessage-deflate'), perMessageDeflate !== false);
    for (const size of [0, 1, 125, 126, 65535, 65536, 500000]) {
      await echoes(socket, 'a\u00e9\u20ac\u{1f600}'.repeat(size / 10));
      await echoes(socket, crypto.randomBytes(size));
    }
    const [code, reason] = await close(socket, 1000, 'done');
    assert.strictEqual(code, 1000);
  });
}

test('fragments and pings in between', async () => {
  const socket = await open();
  const answer = next(socket, 'message');
  const pong = next(socket, 'pong');
  socket.send('one ', {fin: false});
  socket.ping('between');
  socket.send('two ', {fin: false});
  socket.send('three', {fin: true});
  assert.strictEqual(String((await pong)[0]), 'between');
  assert.strictEqual(String((await answer)[0]), 'one two three');
  await close(socket);
});

test('a message in thousands of fragments', async () => {
  const socket = await open({perMessageDeflate: false});
  const answer = next(socket, 'message');
  const piece = Buffer.alloc(256, 'f');
  for (let i = 0; i < 4096; ++i) socket.send(piece, {fin: i === 4095});
  assert.strictEqual((await answer)[0].length, 4096 * 256);
  await close(socket);
});

test('codes of the application', async () => {
  const socket = await open();
  const [code] = await close(socket, 4999, 'why not');
  assert.strictEqual(code, 4999);
});

test('pipelined messages come back in order', async () => {
  const socket = await open();
  const received = [];
  const all = new Promise((resolve) => {
    socket.on('message', (data) => received.push(String(data)) === 1000 && resolve());
  });
  for (let i = 0; i < 1000; ++i) socket.send(`message ${i}`);
  await all;
  received.forEach((text, i) => assert.strictEqual(text, `message ${i}`));
  await close(socket);
});
