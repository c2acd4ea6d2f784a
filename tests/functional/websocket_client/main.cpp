// A WebSocket client that does what its arguments say, one after the other, and prints what comes of it.
//
//   websocket_client [OPTION...] URL ACTION...
//
// Options:  --protocol NAME  --compress  --no-takeover  --window-bits N  --max BYTES  --header NAME:VALUE  --origin ORIGIN
//           --ca FILE  --timeout MILLISECONDS
// Actions:  text:TEXT  texts:COUNT:BYTES  bytes:SIZE  pieces:COUNT:BYTES  ping:TEXT  receive  receive-pieces  drain  close:CODE:REASON
//
// A message is printed as its type and its text, or its size if that is large. Exit status 3: there was a client::ClientError, printed.

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "indrik/client.hpp"
#include "indrik/net/tls_context.hpp"

namespace {

namespace client = indrik::client;
using indrik::Task;

constexpr std::size_t kShownBytes = 100;

struct Plan {
    client::WebSocketOptions options;
    std::string url;
    std::vector<std::string> actions;
};

/// "name:a:b" as its parts; the last one has the rest.
std::vector<std::string> split(const std::string& text, std::size_t parts) {
    std::vector<std::string> result;
    std::size_t begin = 0;
    while (result.size() + 1 < parts) {
        const std::size_t colon = text.find(':', begin);
        if (colon == std::string::npos) break;
        result.push_back(text.substr(begin, colon - begin));
        begin = colon + 1;
    }
    result.push_back(text.substr(begin));
    result.resize(parts);
    return result;
}

Plan read_plan(const std::vector<std::string>& arguments) {
    Plan plan;
    indrik::websocket::DeflateOptions deflate;
    bool compresses = false;
    std::size_t at = 0;
    const auto next = [&]() -> const std::string& { return arguments.at(at++); };
    while (at < arguments.size() && arguments[at].rfind("--", 0) == 0) {
        const std::string& option = next();
        if (option == "--protocol") {
            plan.options.protocols(next());
        } else if (option == "--compress") {
            compresses = true;
        } else if (option == "--no-takeover") {
            deflate.context_takeover = false;
        } else if (option == "--window-bits") {
            deflate.max_window_bits = std::stoi(next());
        } else if (option == "--max") {
            plan.options.max_msg_size(std::stoull(next()));
        } else if (option == "--header") {
            const std::vector<std::string> parts = split(next(), 2);
            plan.options.header(parts[0], parts[1]);
        } else if (option == "--origin") {
            plan.options.origin(next());
        } else if (option == "--timeout") {
            plan.options.connect_timeout(std::chrono::milliseconds(std::stoi(next())));
        } else if (option == "--ca") {
            indrik::net::TLSClientOptions tls;
            tls.ca_file = next();
            plan.options.tls(indrik::net::TLSContext::make_client(tls));
        } else {
            throw std::invalid_argument(option);
        }
    }
    if (compresses) plan.options.compress(deflate);
    plan.url = next();
    plan.actions.assign(arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
    return plan;
}

void show(const client::WebSocketMessage& message) {
    std::cout << (message.is_text() ? "text " : "bytes ");
    if (message.data().size() <= kShownBytes && message.is_text()) {
        std::cout << message.data();
    } else {
        std::cout << message.data().size();
    }
    std::cout << std::endl;
}

Task<> receive_pieces(client::WebSocket& socket) {
    std::size_t pieces = 0;
    std::size_t bytes = 0;
    for (;;) {
        const auto piece = co_await socket.receive_piece();
        if (!piece) break;
        ++pieces;
        bytes += piece->data().size();
        if (piece->is_last()) break;
    }
    std::cout << (pieces > 1 ? "pieces " : "piece ") << bytes << std::endl;
}

Task<> send_pieces(client::WebSocket& socket, int count, std::size_t size) {
    auto writer = co_await socket.start_bytes();
    for (int i = 0; i < count; ++i) co_await writer.write(std::string(size, static_cast<char>(i)));
    co_await writer.finish();
}

/// False at the end.
Task<bool> receive(client::WebSocket& socket) {
    const auto message = co_await socket.receive();
    if (message) {
        show(*message);
    } else {
        std::cout << "closed " << socket.close_code() << " " << socket.close_reason() << std::endl;
    }
    co_return message.has_value();
}

Task<> act(client::WebSocket& socket, const std::string& action) {
    const std::vector<std::string> parts = split(action, 3);
    const std::string name = parts[0];
    if (name == "text") {
        co_await socket.send_str(action.substr(5));
    } else if (name == "texts") {
        for (int i = 0; i < std::stoi(parts[1]); ++i)
            co_await socket.send_str(
                std::string(std::stoull(parts[2]), static_cast<char>('a' + i % 26)));
    } else if (name == "bytes") {
        co_await socket.send_bytes(std::string(std::stoull(parts[1]), '\xfe'));
    } else if (name == "pieces") {
        co_await send_pieces(socket, std::stoi(parts[1]), std::stoull(parts[2]));
    } else if (name == "ping") {
        co_await socket.ping(parts[1]);
    } else if (name == "receive") {
        co_await receive(socket);
    } else if (name == "receive-pieces") {
        co_await receive_pieces(socket);
    } else if (name == "drain") {
        for (;;) {
            const bool goes_on = co_await receive(socket);
            if (!goes_on) break;
        }
    } else if (name == "close") {
        const int code = parts[1].empty() ? 1000 : std::stoi(parts[1]);
        co_await socket.close(static_cast<std::uint16_t>(code), parts[2]);
        std::cout << "closed " << socket.close_code() << " " << socket.close_reason() << std::endl;
    } else {
        throw std::invalid_argument(action);
    }
}

Task<> run(Plan plan) {
    client::WebSocket socket = co_await client::ws_connect(plan.url, plan.options);
    std::cout << "open " << socket.url() << " protocol=" << socket.protocol()
              << " compressed=" << socket.is_compressed() << std::endl;
    for (const std::string& action : plan.actions) co_await act(socket, action);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        indrik::run_task(run(read_plan(std::vector<std::string>(argv + 1, argv + argc))));
        return 0;
    } catch (const client::ClientError& error) {
        std::cout << "error " << error.what() << std::endl;
        return 3;
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 1;
    }
}
