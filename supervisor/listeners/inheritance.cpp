#include "supervisor/listeners/inheritance.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/listeners/sockets.hpp"

namespace indrik::supervisor {
namespace {

constexpr int kFirstOfSystemd = 3;
constexpr std::string_view kSharingNames[] = {"slots", "shared", "inherited"};

[[noreturn]] void refuse(std::string_view what) {
    throw ConfigError(
        fmt::format("{}: {} does not describe sockets", kSocketsVariable, quote(what)));
}

/// Takes the text up to `end` off the front.
std::string_view next_word(std::string_view& text, char end) {
    const std::size_t size = text.find(end);
    const std::string_view word = text.substr(0, size);
    text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
    return word;
}

template <typename Number>
Number to_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) refuse(text);
    return number;
}

Sharing to_sharing(std::string_view word) {
    for (unsigned char index = 0; index < std::size(kSharingNames); ++index) {
        if (kSharingNames[index] == word) return static_cast<Sharing>(index);
    }
    refuse(word);
}

/// A listening socket that is ours from here on.
UniqueFd take_socket(int number) {
    int is_listening = 0;
    socklen_t size = sizeof is_listening;
    if (::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) != 0 || !is_listening)
        throw ConfigError(fmt::format("the inherited descriptor {} does not listen", number));
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK);
    return UniqueFd(number);
}

InheritedEndpoint parse_endpoint(std::string_view line) {
    InheritedEndpoint endpoint;
    endpoint.sharing = to_sharing(next_word(line, ' '));
    // The path of a Unix socket may have spaces: what follows it is read from the end.
    const std::size_t sockets = line.rfind('\t');
    if (sockets == std::string_view::npos) refuse(line);
    std::string_view numbers = line.substr(sockets + 1);
    try {
        endpoint.address = Address::parse(line.substr(0, sockets));
    } catch (const BadValue&) {
        refuse(line);
    }
    endpoint.port = to_number<std::uint16_t>(next_word(numbers, ' '));
    while (!numbers.empty()) {
        std::string_view socket = next_word(numbers, ' ');
        const auto slot = to_number<unsigned>(next_word(socket, ':'));
        if (slot >= kMaxWorkers) refuse(line);
        endpoint.sockets.emplace_back(slot, take_socket(to_number<int>(socket)));
    }
    if (endpoint.sockets.empty()) refuse(line);
    return endpoint;
}

InheritedEndpoint take_endpoint(int number) {
    InheritedEndpoint endpoint;
    endpoint.sharing = Sharing::Inherited;
    endpoint.sockets.emplace_back(0, take_socket(number));
    endpoint.address = bound_address(number);
    endpoint.port = endpoint.address.port();
    return endpoint;
}

std::vector<InheritedEndpoint> sockets_of_systemd() {
    std::vector<InheritedEndpoint> endpoints;
    const char* const pid = std::getenv("LISTEN_PID");
    const char* const count = std::getenv("LISTEN_FDS");
    if (pid == nullptr || count == nullptr || pid != std::to_string(::getpid())) return endpoints;
    const auto end = kFirstOfSystemd + static_cast<int>(parse_number(count, 0, 1000));
    for (int number = kFirstOfSystemd; number < end; ++number)
        endpoints.push_back(take_endpoint(number));
    return endpoints;
}

}  // namespace

std::string format_handover(const std::vector<EndpointHandover>& endpoints) {
    std::string text;
    for (const EndpointHandover& endpoint : endpoints) {
        text += fmt::format("{} {}\t{}",
                            kSharingNames[static_cast<std::size_t>(endpoint.sharing)],
                            format_address(endpoint.address),
                            endpoint.port);
        for (const auto& [slot, fd] : endpoint.sockets) text += fmt::format(" {}:{}", slot, fd);
        text += '\n';
    }
    return text;
}

std::vector<InheritedEndpoint> parse_handover(std::string_view text) {
    std::vector<InheritedEndpoint> endpoints;
    while (!text.empty()) endpoints.push_back(parse_endpoint(next_word(text, '\n')));
    return endpoints;
}

std::vector<InheritedEndpoint> inherit_sockets(bool is_upgrade) {
    const char* const handover = is_upgrade ? std::getenv(kSocketsVariable) : nullptr;
    std::vector<InheritedEndpoint> endpoints;
    try {
        endpoints = handover != nullptr ? parse_handover(handover) : sockets_of_systemd();
    } catch (const BadValue& error) {
        throw ConfigError(fmt::format("LISTEN_FDS: {}", error.what()));
    }
    for (const char* const name : {kSocketsVariable, "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        ::unsetenv(name);
    return endpoints;
}

std::vector<InheritedEndpoint> take_descriptors(const std::vector<Address>& bind) {
    const auto is_descriptor = [](const Address& address) {
        return address.kind() == Address::Kind::Descriptor;
    };
    std::vector<InheritedEndpoint> endpoints;
    if (std::ranges::none_of(bind, is_descriptor)) return endpoints;
    std::set<int> taken;
    for (const Address& address : bind) {
        if (!is_descriptor(address)) {
            throw ConfigError(
                fmt::format("--bind: {} cannot stand beside sockets that are taken over; name only "
                            "fd:// or none",
                            format_address(address)));
        }
        if (!taken.insert(address.descriptor()).second)
            throw ConfigError(fmt::format("--bind: {} is named twice", format_address(address)));
        endpoints.push_back(take_endpoint(address.descriptor()));
    }
    return endpoints;
}

}  // namespace indrik::supervisor
