#include "supervisor/system/statsd.hpp"

#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace indrik::supervisor {

Statsd::Statsd(MessageSocket socket, std::string prefix, std::string_view tags)
    : socket_(std::move(socket)), prefix_(std::move(prefix)), owner_(::getpid()) {
    if (!prefix_.empty() && !prefix_.ends_with('.')) prefix_ += '.';
    if (!tags.empty()) tags_ = fmt::format("|#{}", tags);
}

void Statsd::gauge(std::string_view name, std::uint64_t value) {
    add(name, fmt::format("{}|g", value));
}

void Statsd::increment(std::string_view name) {
    add(name, "1|c|@1.0");
}

void Statsd::timing(std::string_view name, double milliseconds) {
    add(name, fmt::format("{}|ms", milliseconds));
}

void Statsd::histogram(std::string_view name, std::uint64_t value) {
    add(name, fmt::format("{}|h", value));
}

bool Statsd::take_exception() {
    return std::exchange(is_exception_expected_, false);
}

void Statsd::add(std::string_view name, std::string_view value_and_type) {
    const std::lock_guard lock(mutex_);
    if (const pid_t process = ::getpid(); process != owner_) {
        owner_ = process;
        datagram_.clear();
    }
    const std::size_t size =
        prefix_.size() + name.size() + 1 + value_and_type.size() + tags_.size();
    if (!datagram_.empty() && datagram_.size() + 1 + size > kDatagramBytes) send();
    if (!datagram_.empty()) datagram_ += '\n';
    datagram_.append(prefix_).append(name).append(1, ':').append(value_and_type).append(tags_);
}

void Statsd::flush() {
    const std::lock_guard lock(mutex_);
    if (::getpid() != owner_) datagram_.clear();
    if (!datagram_.empty()) send();
}

void Statsd::send() {
    socket_.send(datagram_);
    datagram_.clear();
}

}  // namespace indrik::supervisor
