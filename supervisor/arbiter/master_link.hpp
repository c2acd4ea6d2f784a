#pragma once
// What an old master and the one that takes its place tell each other while both are there (arbiter/upgrade.hpp).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indrik/core/unique_fd.hpp"
#include "supervisor/worker/worker_process.hpp"

namespace indrik::supervisor {

/// One end of a socket pair (SOCK_SEQPACKET). A packet is a letter that says what it is, and what belongs to it. Nothing waits,
/// and a master may be of another version: what it does not take or know is lost.
class MasterLink {
public:
    enum class Kind : char {
        None = '\0',   // nothing now
        Ready = 'R',   // all workers of the new master are
        Failed = 'F',  // the new master will end; the bytes say why
        News = 'N',    // WorkerProcess::hear()
        Other = '?',   // of a version to come
        Gone = '\x01'  // the other master, or its end of the link
    };
    struct Message {
        Kind kind = Kind::None;
        std::string bytes;
        std::vector<UniqueFd> descriptors;
    };

    MasterLink() = default;
    explicit MasterLink(UniqueFd socket) : socket_(std::move(socket)) {}
    /// Both ends; the second is for another program. Errors: std::system_error.
    static std::pair<MasterLink, UniqueFd> make();

    int fd() const { return socket_.get(); }
    explicit operator bool() const { return static_cast<bool>(socket_); }
    void close() { socket_.reset(); }

    void report_ready() const;
    void report_failure(std::string_view reason) const;
    void tell(const MasterNews& news) const;
    Message receive() const;

private:
    UniqueFd socket_;
};

}  // namespace indrik::supervisor
