#pragma once
// Everything a client needs.
//
//   #include <indrik/client.hpp>
//   namespace client = indrik::client;
//   using indrik::Task;
//
//   Task<> listen() {
//       client::WebSocket socket = co_await client::ws_connect("wss://example.org/news");
//       for (;;) {
//           const auto message = co_await socket.receive();
//           if (!message) break;
//           fmt::print("{}\n", message->text());
//       }
//       co_await socket.close();
//   }
//
//   int main() { indrik::run_task(listen()); }

#include "indrik/client/errors.hpp"
#include "indrik/client/websocket.hpp"
#include "indrik/client/websocket_options.hpp"
#include "indrik/core/run_task.hpp"
#include "indrik/core/task.hpp"
#include "indrik/json/value.hpp"
#include "indrik/net/tls_stream.hpp"
