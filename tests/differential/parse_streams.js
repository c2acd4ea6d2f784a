// What Node's parser (llhttp, strict) finds in streams of requests: a line of JSON for each stream of the corpus, as parse_streams
// prints it.  Usage: node parse_streams.js CORPUS
"use strict";

const fs = require("fs");
const { HTTPParser, methods } = require("_http_common");

function pairs(list) {
  const result = [];
  for (let i = 0; i < list.length; i += 2) result.push([list[i], list[i + 1]]);
  return result;
}

function parse(stream) {
  const requests = [];
  let fields = [];
  let request = null;
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnMessageBegin] = () => {
    fields = [];
    request = null;
  };
  parser[HTTPParser.kOnHeaders] = (more, url) => {
    fields.push(...more);
    if (request === null) request = { target: url };
  };
  parser[HTTPParser.kOnHeadersComplete] = (major, minor, list, method, url) => {
    request = {
      method: methods[method],
      target: request === null ? url : request.target,
      version: `${major}.${minor}`,
      fields: pairs(fields.concat(list || [])),
      body: "",
      trailers: [],
    };
    fields = [];
    return 0;
  };
  parser[HTTPParser.kOnBody] = (bytes) => {
    request.body += bytes.toString("latin1");
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    request.trailers = pairs(fields);
    requests.push(request);
    fields = [];
    request = null;
  };
  if (stream.length !== 0) parser.execute(stream);  // where it stops does not matter: what it found does
  parser.close();
  return requests;
}

const corpus = fs.readFileSync(process.argv[2]);
const lines = [];
for (let at = 0; at + 4 <= corpus.length;) {
  const size = corpus.readUInt32LE(at);
  lines.push(JSON.stringify(parse(corpus.subarray(at + 4, at + 4 + size))));
  at += 4 + size;
}
process.stdout.write(lines.join("\n") + "\n");
