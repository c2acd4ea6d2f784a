#include "indrik/net/resolver.hpp"

#include <cerrno>
#include <exception>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <netdb.h>
#include <netinet/in.h>

#include "indrik/core/strings.hpp"
#include "indrik/core/sync.hpp"
#include "indrik/core/task_group.hpp"
#include "indrik/core/thread_executor.hpp"

namespace indrik::net {
namespace {

using Addresses = std::vector<Address>;

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "indrik.resolver"; }
    std::string message(int value) const override { return ::gai_strerror(value); }
};

/// One look-up. It may outlive whoever asked for it.
struct Lookup {
    Event done;
    Addresses addresses;
    std::exception_ptr error;
};

/// The threads of a loop that look names up; made on first use.
class Resolver final : public asio::execution_context::service {
public:
    using key_type = Resolver;
    static asio::execution_context::id id;

    explicit Resolver(asio::execution_context& context)
        : Resolver(context, static_cast<asio::io_context&>(context).get_executor()) {}

    static Resolver& of(const LoopExecutor& executor) {
        return asio::use_service<Resolver>(executor.context());
    }

    void start(std::shared_ptr<Lookup> lookup, std::string host, std::uint16_t port) {
        lookups_.spawn(run(std::move(lookup), std::move(host), port));
    }

private:
    static constexpr std::size_t kThreads = 4;

    Resolver(asio::execution_context& context, const LoopExecutor& executor)
        : service(context), pool_(executor, options()), lookups_(executor) {
        lookups_.on_error([](const std::exception_ptr&) {});  // there is none: see run()
    }

    static ThreadPoolOptions options() {
        ThreadPoolOptions options;
        options.threads = kThreads;
        return options;
    }

    void shutdown() override {}
    Task<> run(std::shared_ptr<Lookup> lookup, std::string host, std::uint16_t port);

    ThreadPoolExecutor pool_;
    TaskGroup lookups_;
};

asio::execution_context::id Resolver::id;

Addresses look_up(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int result = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (result == EAI_SYSTEM) {
        throw std::system_error(
            errno, std::system_category(), "cannot find the address of " + host);
    }
    if (result != 0) {
        throw std::system_error(result, resolver_category(), "cannot find the address of " + host);
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, &::freeaddrinfo);
    Addresses addresses;
    for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
        if (one->ai_family == AF_INET || one->ai_family == AF_INET6)
            addresses.emplace_back(one->ai_addr, one->ai_addrlen);
    }
    if (addresses.empty()) {
        throw std::system_error(
            EAI_NONAME, resolver_category(), "cannot find the address of " + host);
    }
    return addresses;
}

Task<> Resolver::run(std::shared_ptr<Lookup> lookup, std::string host, std::uint16_t port) {
    try {
        lookup->addresses = co_await run_in_executor(pool_, look_up, std::move(host), port);
    } catch (...) {
        lookup->error = std::current_exception();
    }
    lookup->done.set();
}

/// Whether it looks like an IPv4 address to some (the rule of the URL standard): the last label is a number.
bool ends_in_number(std::string_view host) {
    if (!host.empty() && host.back() == '.') host.remove_suffix(1);
    const std::size_t dot = host.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (label.empty()) return false;
    if (label.find_first_not_of("0123456789") == std::string_view::npos) return true;
    const bool is_hex = label.size() >= 2 && label[0] == '0' && to_lower(label[1]) == 'x';
    return is_hex && label.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
}

bool is_localhost(std::string_view host) {
    constexpr std::string_view kName = "localhost";
    if (!host.empty() && host.back() == '.') host.remove_suffix(1);
    if (iequals(host, kName)) return true;
    return host.size() > kName.size() && host[host.size() - kName.size() - 1] == '.' &&
           iequals(host.substr(host.size() - kName.size()), kName);
}

std::string_view without_brackets(std::string_view host) {
    const bool has_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    return has_brackets ? host.substr(1, host.size() - 2) : host;
}

/// What needs no look-up; empty if it does.
Addresses known_addresses(std::string_view host, std::uint16_t port) {
    if (const std::optional<Address> address = parse_address(host, port)) return {*address};
    if (is_localhost(host)) return {*parse_address("127.0.0.1", port), *parse_address("::1", port)};
    const bool is_name = !host.empty() && host.find('\0') == std::string_view::npos;
    if (!is_name || ends_in_number(host)) {
        throw std::system_error(EINVAL,
                                std::system_category(),
                                "'" + std::string(host) + "' is neither a name nor an address");
    }
    return {};
}

}  // namespace

const std::error_category& resolver_category() {
    static const Category category;
    return category;
}

Task<std::vector<Address>> resolve(std::string host, std::uint16_t port) {
    host = without_brackets(host);
    Addresses known = known_addresses(host, port);
    if (!known.empty()) co_return known;
    const LoopExecutor executor = co_await asio::this_coro::executor;
    const auto lookup = std::make_shared<Lookup>();
    Resolver::of(executor).start(lookup, std::move(host), port);
    co_await lookup->done.wait();
    if (lookup->error) std::rethrow_exception(lookup->error);
    co_return std::move(lookup->addresses);
}

}  // namespace indrik::net
