#include "indrik/web/access_log.hpp"

#include <algorithm>
#include <utility>

namespace indrik::web {
namespace {

constexpr std::size_t kBufferBytes = 32 * 1024;
constexpr std::size_t kSpareBytes = 1024;  // for the line that fills the buffer

}  // namespace

AccessLogger::AccessLogger(std::shared_ptr<LogSink> sink, std::string_view format)
    : sink_(std::move(sink)) {
    if (format != kJSON) format_.emplace(format);
    buffer_.reserve(kBufferBytes + kSpareBytes);
}

AccessLogger::~AccessLogger() {
    flush();
}

void AccessLogger::exclude(std::vector<std::string> paths) {
    excluded_ = std::move(paths);
}

bool AccessLogger::is_excluded(std::string_view path) const {
    return std::ranges::any_of(excluded_, [path](const std::string& pattern) {
        if (!pattern.ends_with('*')) return path == pattern;
        return path.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
    });
}

void AccessLogger::log(const AccessRecord& record) {
    if (record.request != nullptr && !excluded_.empty() && is_excluded(record.request->path))
        return;
    if (!format_) {
        append_access_json(buffer_, record);
    } else {
        if (record.started != time_second_) {
            time_second_ = record.started;
            time_text_ = format_access_time(record.started);
        }
        format_->append(buffer_, record, time_text_);
    }
    buffer_ += '\n';
    if (buffer_.size() >= kBufferBytes) flush();
}

void AccessLogger::rescue() const {
    const std::string_view whole = buffer_;
    sink_->rescue(whole.substr(0, whole.rfind('\n') + 1));
}

void AccessLogger::flush() {
    if (buffer_.empty()) return;
    sink_->write(buffer_);
    buffer_.clear();
}

void AccessLogger::reopen() {
    flush();
    sink_->reopen();
}

}  // namespace indrik::web
