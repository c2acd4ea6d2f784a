// A server of Node's ws package for websocket_client_node_test.py: prints its port, then serves until its input ends.
"use strict";
const { WebSocketServer } = require("ws");

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  maxPayload: 64 * 1024 * 1024,
  perMessageDeflate: process.argv[2] === "deflate" ? JSON.parse(process.argv[3] || "{}") : false,
  handleProtocols: (offered) => (offered.has("chat") ? "chat" : false),
});
server.on("listening", () => console.log(server.address().port));
server.on("connection", (socket, request) => {
  if (request.url === "/ping") {
    socket.on("pong", (data) => socket.send(`pong ${data}`));
    socket.ping("are you there?");
  } else if (request.url === "/fragments") {
    for (let i = 0; i < 300; i++) {
      socket.send("part ", { fin: i === 299 });
      if (i % 100 === 50) socket.ping();
    }
  } else if (request.url === "/terminate") {
    socket.send("last words", () => socket.terminate());
  } else if (request.url === "/close") {
    socket.close(4010, "closing \u00e9");
  } else {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  }
  socket.on("close", (code, reason) => console.log(`close ${code} ${reason}`));
  socket.on("error", (error) => console.log(`error ${error.message}`));
});
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
