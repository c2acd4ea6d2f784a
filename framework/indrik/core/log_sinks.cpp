#include "indrik/core/log_sinks.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace indrik {

namespace {

/// In one write if the system lets it, which for a file opened with O_APPEND keeps the lines of several processes apart.
/// Returns what could not be written.
std::string_view write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            break;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return text;
}

UniqueFd open_log_file(const std::string& path) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!file) {
        throw std::system_error(
            errno, std::generic_category(), "cannot open log file '" + path + "'");
    }
    return file;
}

}  // namespace

std::shared_ptr<LogSink> make_log_sink(const std::string& destination, int dash) {
    if (destination.empty()) return std::make_shared<NullSink>();
    if (destination == "-") return std::make_shared<DescriptorSink>(dash);
    return std::make_shared<FileSink>(destination);
}

void DescriptorSink::write(std::string_view line) {
    write_all(fd_, line);
}

FileSink::FileSink(std::string path) : path_(std::move(path)), file_(open_log_file(path_)) {}

void FileSink::write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (is_torn_ && !write_all(file_.get(), "\n").empty()) return;
    const std::string_view rest = write_all(file_.get(), line);
    // A line that was cut short is ended before the next one: the two must not run together.
    is_torn_ =
        !rest.empty() && rest.size() < line.size() && line[line.size() - rest.size() - 1] != '\n';
}

void FileSink::rescue(std::string_view lines) {
    write_all(file_.get(), lines);
}

void FileSink::reopen() {
    UniqueFd file = open_log_file(path_);
    const std::lock_guard lock(mutex_);
    file_ = std::move(file);
    is_torn_ = false;
}

void MemorySink::write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    text_ += line;
}

std::string MemorySink::text() const {
    const std::lock_guard lock(mutex_);
    return text_;
}

}  // namespace indrik
