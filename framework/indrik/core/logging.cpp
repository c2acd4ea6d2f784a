#include "indrik/core/logging.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iterator>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>

#include "indrik/core/log_sinks.hpp"
#include "indrik/core/strings.hpp"

namespace indrik {

namespace {

constexpr std::array<std::string_view, 6> kLevelNames{
    "debug", "info", "warning", "error", "critical", "off"};
constexpr std::array<std::string_view, 6> kLevelTitles{
    "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "OFF"};
constexpr std::array<spdlog::level::level_enum, 6> kSpdlogLevels{spdlog::level::debug,
                                                                 spdlog::level::info,
                                                                 spdlog::level::warn,
                                                                 spdlog::level::err,
                                                                 spdlog::level::critical,
                                                                 spdlog::level::off};

/// Writes the level as gunicorn spells it.
class LevelFlag final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& message,
                const std::tm&,
                spdlog::memory_buf_t& target) override {
        for (std::size_t i = 0; i < kSpdlogLevels.size(); ++i) {
            if (kSpdlogLevels[i] == message.level) {
                target.append(kLevelTitles[i].data(),
                              kLevelTitles[i].data() + kLevelTitles[i].size());
            }
        }
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<LevelFlag>();
    }
};

/// Writes the offset from UTC without the colon that spdlog's %z has: +0000.
class OffsetFlag final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg&,
                const std::tm& time,
                spdlog::memory_buf_t& target) override {
        const long minutes = time.tm_gmtoff / 60;
        fmt::format_to(std::back_inserter(target),
                       "{}{:02}{:02}",
                       minutes < 0 ? '-' : '+',
                       std::labs(minutes) / 60,
                       std::labs(minutes) % 60);
    }
    std::unique_ptr<custom_flag_formatter> clone() const override {
        return std::make_unique<OffsetFlag>();
    }
};

std::unique_ptr<spdlog::pattern_formatter> make_formatter() {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<LevelFlag>('*');
    formatter->add_flag<OffsetFlag>('~');
    formatter->set_pattern("[%Y-%m-%d %H:%M:%S %~] [%P] [%*] [%n] %v");
    return formatter;
}

/// gunicorn's line. Keeps the text of the current second.
class TextFormatter final : public LogFormatter {
public:
    void append_line(std::string& line,
                     LogLevel level,
                     std::string_view name,
                     std::string_view text) override {
        const spdlog::details::log_msg message(spdlog::string_view_t(name.data(), name.size()),
                                               kSpdlogLevels[static_cast<std::size_t>(level)],
                                               spdlog::string_view_t(text.data(), text.size()));
        spdlog::memory_buf_t bytes;
        formatter_->format(message, bytes);
        line.append(bytes.data(), bytes.size());
    }

private:
    std::unique_ptr<spdlog::pattern_formatter> formatter_ = make_formatter();
};

void append_escaped(fmt::memory_buffer& target, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            target.append(std::string_view("\\n"));
        } else if (c == '\r') {
            target.append(std::string_view("\\r"));
        } else if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
            fmt::format_to(std::back_inserter(target), "\\x{:02x}", byte);
        } else {
            target.push_back(c);
        }
    }
}

/// What all loggers of a Logging share.
class Destination {
public:
    Destination(LogLevel level,
                std::shared_ptr<LogSink> sink,
                std::unique_ptr<LogFormatter> formatter)
        : level_(level), sink_(std::move(sink)), formatter_(std::move(formatter)) {}

    LogLevel level() const { return level_.load(std::memory_order_relaxed); }
    void set_level(LogLevel level) { level_.store(level, std::memory_order_relaxed); }
    LogSink& sink() { return *sink_; }

    void write(LogLevel level, std::string_view name, std::string_view text) {
        const std::lock_guard lock(mutex_);
        line_.clear();
        formatter_->append_line(line_, level, name, text);
        sink_->write_at(level, line_);
    }

private:
    std::atomic<LogLevel> level_;
    std::shared_ptr<LogSink> sink_;
    std::mutex mutex_;
    std::unique_ptr<LogFormatter> formatter_;
    std::string line_;
};

}  // namespace

struct Logger::State {
    std::string name;
    std::shared_ptr<Destination> destination;
};

std::optional<LogLevel> parse_log_level(std::string_view text) {
    for (std::size_t i = 0; i + 1 < kLevelNames.size(); ++i) {
        if (iequals(text, kLevelNames[i])) return static_cast<LogLevel>(i);
    }
    return std::nullopt;
}

std::string_view format_log_level(LogLevel level) {
    return kLevelNames[static_cast<std::size_t>(level)];
}

Logger Logger::null() {
    return Logging(LogLevel::Off, std::make_shared<NullSink>()).logger("");
}

Logger Logger::child(std::string_view name) const {
    std::string full = state_->name;
    if (!full.empty() && !name.empty()) full += '.';
    full += name;
    return Logger(std::make_shared<const State>(State{std::move(full), state_->destination}));
}

const std::string& Logger::name() const {
    return state_->name;
}

bool Logger::is_enabled(LogLevel level) const {
    return level >= state_->destination->level() && level != LogLevel::Off;
}

void Logger::log(LogLevel level, std::string_view message) const {
    if (is_enabled(level)) state_->destination->write(level, state_->name, message);
}

void Logger::vformat(LogLevel level, fmt::string_view text, fmt::format_args args) const {
    fmt::memory_buffer message;
    fmt::vformat_to(std::back_inserter(message), text, args);
    fmt::memory_buffer escaped;
    append_escaped(escaped, std::string_view(message.data(), message.size()));
    state_->destination->write(level, state_->name, {escaped.data(), escaped.size()});
}

Logging::Logging(const LogSettings& settings)
    : Logging(settings.level, make_log_sink(settings.destination)) {}

Logging::Logging(LogLevel level, std::shared_ptr<LogSink> sink)
    : Logging(level, std::move(sink), std::make_unique<TextFormatter>()) {}

Logging::Logging(LogLevel level,
                 std::shared_ptr<LogSink> sink,
                 std::unique_ptr<LogFormatter> formatter)
    : root_(std::make_shared<const Logger::State>(Logger::State{
          "", std::make_shared<Destination>(level, std::move(sink), std::move(formatter))})) {}

Logger Logging::logger(std::string_view name) const {
    return Logger(root_).child(name);
}

void Logging::set_level(LogLevel level) {
    root_->destination->set_level(level);
}

LogLevel Logging::level() const {
    return root_->destination->level();
}

void Logging::reopen() {
    root_->destination->sink().reopen();
}

}  // namespace indrik
