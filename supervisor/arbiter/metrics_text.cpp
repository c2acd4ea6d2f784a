#include "supervisor/arbiter/metrics_text.hpp"

#include <array>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "indrik/core/version.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::array<std::string_view, 5> kClasses{"1xx", "2xx", "3xx", "4xx", "5xx"};

class Text {
public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        add("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    }
    template <class... Args>
    void add(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// In label values a backslash, a quote and a line feed are escaped.
std::string label(std::string_view value) {
    std::string escaped;
    for (const char c : value) {
        if (c == '\\' || c == '"') escaped += '\\';
        escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return escaped;
}

double seconds(std::uint64_t microseconds) {
    return static_cast<double>(microseconds) / 1e6;
}

void add_requests(Text& text, const MetricSums& sums) {
    text.family(
        "indrik_requests_total", "counter", "Answered requests by the class of their status.");
    for (std::size_t i = 0; i < kClasses.size(); ++i)
        text.add("indrik_requests_total{{class=\"{}\"}} {}\n", kClasses[i], sums.responses[i]);

    text.family("indrik_request_duration_seconds",
                "histogram",
                "From a request's head to the end of its response.");
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < sums.durations.size(); ++i) {
        count += sums.durations[i];
        const std::string end =
            i < kDurationBuckets.size()
                ? fmt::format("{}",
                              seconds(static_cast<std::uint64_t>(kDurationBuckets[i].count())))
                : "+Inf";
        text.add("indrik_request_duration_seconds_bucket{{le=\"{}\"}} {}\n", end, count);
    }
    text.add("indrik_request_duration_seconds_sum {}\n", seconds(sums.duration_us));
    text.add("indrik_request_duration_seconds_count {}\n", count);
}

void add_workers(Text& text, const MasterFacts& facts, std::span<ScoreLine> lines) {
    std::array<unsigned, 4> states{};
    for (const ScoreLine& line : lines) ++states[static_cast<std::size_t>(line.state.load())];
    text.family("indrik_workers", "gauge", "Worker processes by their state.");
    constexpr std::array<std::string_view, 4> kNames{"", "booting", "ready", "retiring"};
    for (std::size_t i = 1; i < kNames.size(); ++i)
        text.add("indrik_workers{{state=\"{}\"}} {}\n", kNames[i], states[i]);
    text.family("indrik_workers_wanted", "gauge", "Worker processes that there should be.");
    text.add("indrik_workers_wanted {}\n", facts.workers_wanted);
    text.family("indrik_workers_started_total", "counter", "Worker processes that were started.");
    text.add("indrik_workers_started_total {}\n", facts.workers_started);
    text.family("indrik_workers_lost_total", "counter", "Worker processes that died unasked.");
    text.add("indrik_workers_lost_total {}\n", facts.workers_lost);
    text.family("indrik_generation", "gauge", "One more with each reload.");
    text.add("indrik_generation {}\n", facts.generation);
}

template <class Value>
void add_per_worker(Text& text, std::span<ScoreLine> lines, std::string_view name, Value value) {
    for (const ScoreLine& line : lines) {
        if (line.state.load() == WorkerState::Free) continue;
        text.add("{}{{slot=\"{}\",pid=\"{}\"}} {}\n",
                 name,
                 line.slot.load(),
                 line.pid.load(),
                 value(line));
    }
}

}  // namespace

std::string format_metrics(const MasterFacts& facts, std::span<ScoreLine> lines) {
    MetricSums sums = facts.ended;
    std::uint64_t in_flight = 0;
    std::uint64_t connections = 0;
    std::uint64_t turned_away = facts.turned_away_by_ended;
    for (const ScoreLine& line : lines) {
        if (line.state.load() == WorkerState::Free) continue;
        sums += line.metrics.sums();
        sums.accepted += line.accepted.load();
        in_flight += line.in_flight.load();
        connections += line.connections.load();
        turned_away += line.metrics.turned_away();
    }
    Text text;
    text.family("indrik_info", "gauge", "The version that runs.");
    text.add("indrik_info{{version=\"{}\"}} 1\n", INDRIK_VERSION);
    add_requests(text, sums);
    text.family("indrik_requests_in_flight", "gauge", "Requests that are being answered.");
    text.add("indrik_requests_in_flight {}\n", in_flight);
    text.family("indrik_connections", "gauge", "Open connections.");
    text.add("indrik_connections {}\n", connections);
    text.family("indrik_connections_accepted_total", "counter", "Accepted connections.");
    text.add("indrik_connections_accepted_total {}\n", sums.accepted);
    text.family("indrik_connections_turned_away_total",
                "counter",
                "Connections that were answered with 503 because there were too many.");
    text.add("indrik_connections_turned_away_total {}\n", turned_away);
    add_workers(text, facts, lines);
    text.family("indrik_worker_loop_lag_seconds", "gauge", "How late the loop's last timer was.");
    add_per_worker(text, lines, "indrik_worker_loop_lag_seconds", [](const ScoreLine& line) {
        return seconds(line.metrics.loop_lag_us());
    });
    text.family("indrik_worker_silence_seconds", "gauge", "Since the worker's last heartbeat.");
    const TimePoint now = Clock::now();
    add_per_worker(text, lines, "indrik_worker_silence_seconds", [now](const ScoreLine& line) {
        const std::chrono::duration<double> silence = now - line.last_beat();
        return silence.count() > 0 ? silence.count() : 0.0;
    });
    text.family("indrik_worker_resident_memory_bytes", "gauge", "Physical memory of the worker.");
    add_per_worker(text, lines, "indrik_worker_resident_memory_bytes", [](const ScoreLine& line) {
        return line.metrics.resident_bytes();
    });
    text.family("indrik_listen_queue", "gauge", "Connections that wait to be accepted.");
    for (const QueueDepth& queue : facts.queues) {
        text.add("indrik_listen_queue{{slot=\"{}\",address=\"{}\"}} {}\n",
                 queue.slot,
                 label(queue.address),
                 queue.connections);
    }
    return text.take();
}

}  // namespace indrik::supervisor
