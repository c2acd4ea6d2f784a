#pragma once
// A connection over memory whose heads and bodies a test takes step by step.

#include <string_view>

#include "indrik/http1/connection.hpp"
#include "indrik/net/memory_stream.hpp"

namespace indrik::http1 {

struct ServedConnection {
    explicit ServedConnection(const LoopExecutor& executor, ConnectionOptions with = {})
        : wheel(executor),
          options(with),
          connection(stream, wheel, options),
          workspace(options.head) {}

    /// Feeds bytes and takes them in.
    void receive(std::string_view bytes) {
        stream.feed(bytes);
        connection.receive(workspace);
    }
    /// Feeds bytes that hold a whole head, and takes it off.
    HeadStatus begin(std::string_view bytes) {
        receive(bytes);
        return connection.next_head(workspace);
    }

    net::MemoryStream stream;
    net::TimerWheel wheel;
    ConnectionOptions options;
    Connection connection;
    Workspace workspace;
};

}  // namespace indrik::http1
