#pragma once
// Log lines to a syslog daemon and to the systemd journal.
//
// The format is the older one, RFC 3164, which every daemon reads: "<PRI>Nov 25 10:00:00 [HOST ]TAG[PID]: TEXT". The host is left
// out on local sockets. On streams a line feed ends a message (RFC 6587 section 3.4.2).

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "indrik/core/log_sinks.hpp"
#include "supervisor/system/message_socket.hpp"

namespace indrik::supervisor {

/// "user", "daemon", "local0" and so on, with or without "LOG_": its number. Errors: throws BadValue.
int parse_facility(std::string_view text);

/// Each line becomes a message; the date that a line begins with is left out. Messages that cannot go out at once are lost.
class SyslogSink final : public LogSink {
public:
    /// Lines of unknown level (those of an access log) are sent as informational.
    SyslogSink(MessageSocket socket, int facility, std::string tag);
    void write(std::string_view lines) override;
    void write_at(LogLevel level, std::string_view lines) override;

private:
    MessageSocket socket_;
    int facility_;
    std::string tag_;
    std::string host_;  // with a space behind; empty on local sockets
    std::string message_;
    std::mutex mutex_;
};

/// Standard error as the journal reads it: each line begins with its priority, "<3>" for an error.
class JournalSink final : public LogSink {
public:
    explicit JournalSink(int fd) : descriptor_(fd) {}
    void write(std::string_view lines) override;
    void write_at(LogLevel level, std::string_view lines) override;

    /// Whether the descriptor leads to the journal, as the service manager told by JOURNAL_STREAM (device:inode).
    static bool is_journal(int fd);

private:
    DescriptorSink descriptor_;
};

}  // namespace indrik::supervisor
