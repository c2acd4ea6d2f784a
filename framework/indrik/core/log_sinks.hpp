#pragma once
// Where log lines go: a descriptor, a file, nowhere, or memory (for tests). Also used by the access
// log, whose lines have no prefix.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "indrik/core/unique_fd.hpp"

namespace indrik {

enum class LogLevel;

/// Takes whole lines. Implementations may be used by several threads.
class LogSink {
public:
    virtual ~LogSink() = default;
    /// `line` ends with '\n' and is written in one piece, so that processes sharing a file do not
    /// mix their lines. What cannot be written is lost: a server does not stop because a disk is
    /// full.
    virtual void write(std::string_view line) = 0;
    /// The same for a line whose level is known, for sinks that tell it to others.
    virtual void write_at(LogLevel, std::string_view line) { write(line); }
    /// Opens a file again by its name; nothing for other kinds. Errors: std::system_error; the old
    /// file is then kept.
    virtual void reopen() {}
    /// write() for a signal handler that ends the process: without memory and locks. Nothing for sinks that cannot.
    virtual void rescue(std::string_view) {}
};

/// "-": standard output or error as `dash` says (its descriptor number); empty: nowhere; otherwise
/// a file that is appended to. Errors: std::system_error that names the file.
std::shared_ptr<LogSink> make_log_sink(const std::string& destination, int dash = 2);

/// Writes to a descriptor that it does not own.
class DescriptorSink final : public LogSink {
public:
    explicit DescriptorSink(int fd) : fd_(fd) {}
    void write(std::string_view line) override;
    void rescue(std::string_view lines) override { write(lines); }

private:
    int fd_;
};

/// Appends to a file (created with mode 0644), which logrotate may move away before reopen().
class FileSink final : public LogSink {
public:
    explicit FileSink(std::string path);
    void write(std::string_view line) override;
    void reopen() override;
    void rescue(std::string_view lines) override;
    const std::string& path() const { return path_; }
    /// For handing the descriptor to another process, or changing its owner.
    int fd() const { return file_.get(); }

private:
    std::string path_;
    UniqueFd file_;
    bool is_torn_ = false;  // the disk was full in the middle of a line
    std::mutex mutex_;
};

class NullSink final : public LogSink {
public:
    void write(std::string_view) override {}
};

/// Keeps everything; for tests.
class MemorySink final : public LogSink {
public:
    void write(std::string_view line) override;
    std::string text() const;

private:
    std::string text_;
    mutable std::mutex mutex_;
};

}  // namespace indrik
