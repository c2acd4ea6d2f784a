#include "supervisor/top/view.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "supervisor/control/tables.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::array<std::string_view, 5> kSortNames = {
    "slot", "requests/s", "in flight", "memory", "CPU"};

std::uint64_t count_of(const json::Object& object, std::string_view name) {
    return static_cast<std::uint64_t>(std::max(number_of(object, name), 0.0));
}

WorkerRow read_row(const json::Object& worker) {
    WorkerRow row;
    row.pid = static_cast<std::int64_t>(number_of(worker, "pid"));
    row.slot = static_cast<unsigned>(number_of(worker, "slot"));
    row.generation = static_cast<unsigned>(number_of(worker, "generation"));
    row.state = text_of(worker, "state");
    row.age = number_of(worker, "age");
    row.requests = count_of(worker, "requests");
    row.in_flight = count_of(worker, "in_flight");
    row.connections = count_of(worker, "connections");
    row.queue = count_of(worker, "queue");
    row.rss = number_of(worker, "rss");
    row.beat = number_of(worker, "last_beat");
    return row;
}

std::string cut(std::string line, std::size_t width) {
    if (line.size() > width) line.resize(width);
    return line;
}

std::string rate_text(double rate) {
    return rate < 100 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

WorkerRow total_of(const std::vector<WorkerRow>& rows) {
    WorkerRow total;
    for (const WorkerRow& row : rows) {
        total.rate += row.rate;
        total.cpu_share += row.cpu_share;
        total.requests += row.requests;
        total.in_flight += row.in_flight;
        total.connections += row.connections;
        total.queue += row.queue;
        total.rss += row.rss;
    }
    return total;
}

std::vector<std::string> cells(const WorkerRow& row) {
    return {fmt::format("{}", row.slot),
            fmt::format("{}", row.pid),
            fmt::format("{}", row.generation),
            row.state,
            format_age(row.age),
            rate_text(row.rate),
            fmt::format("{}", row.in_flight),
            fmt::format("{}", row.connections),
            fmt::format("{}", row.queue),
            format_size(row.rss),
            fmt::format("{:.0f}%", row.cpu_share * 100),
            format_age(row.beat),
            fmt::format("{}", row.requests)};
}

}  // namespace

void TopView::update(const json::Object& all, double now) {
    all_ = all;
    master_ = object_of(all, "stats");
    std::map<std::int64_t, Seen> workers;
    for (const json::Value& value : array_of(all, "workers")) {
        if (!value.is_object()) continue;
        const json::Object& worker = value.get_object();
        Seen seen{
            read_row(worker), number_of(worker, "beat_time"), now, number_of(worker, "cpu"), false};
        // A worker publishes its counters when its heart beats: rates are counted from beat to beat.
        const auto before = workers_.find(seen.row.pid);
        if (before != workers_.end()) {
            const Seen& last = before->second;
            const double between = seen.beat_at - last.beat_at;
            const double requests =
                static_cast<double>(seen.row.requests) - static_cast<double>(last.row.requests);
            if (between > 0) {
                seen.row.rate = std::max(requests, 0.0) / between;
                seen.has_rate = true;
            } else {
                seen.row.rate = last.row.rate;
                seen.beat_at = last.beat_at;
                seen.has_rate = last.has_rate;
            }
            const double elapsed = std::max(now - last.seen_at, 0.001);
            seen.row.cpu_share = std::max(seen.cpu - last.cpu, 0.0) / elapsed;
        }
        workers.emplace(seen.row.pid, std::move(seen));
    }
    workers_ = std::move(workers);
}

bool TopView::has_rates() const {
    return std::ranges::all_of(workers_, [](const auto& entry) {
        return entry.second.has_rate || entry.second.row.state != "ready";
    });
}

void TopView::sort_by_next() {
    const auto next = (static_cast<std::size_t>(sort_key_) + 1) % kSortNames.size();
    sort_key_ = static_cast<SortKey>(next);
}

std::vector<WorkerRow> TopView::rows() const {
    std::vector<WorkerRow> rows;
    for (const auto& [pid, seen] : workers_) rows.push_back(seen.row);
    const auto weight = [this](const WorkerRow& row) {
        switch (sort_key_) {
            case SortKey::Rate:
                return row.rate;
            case SortKey::InFlight:
                return static_cast<double>(row.in_flight);
            case SortKey::Memory:
                return row.rss;
            case SortKey::Cpu:
                return row.cpu_share;
            case SortKey::Slot:
                break;
        }
        return 0.0;
    };
    std::ranges::sort(rows, [&](const WorkerRow& left, const WorkerRow& right) {
        const double a = weight(left);
        const double b = weight(right);
        if (a != b) return a > b;
        return std::pair(left.slot, left.pid) < std::pair(right.slot, right.pid);
    });
    return rows;
}

json::Object TopView::as_json() const {
    json::Object result = all_;
    json::Array workers;
    for (const json::Value& value : array_of(all_, "workers")) {
        if (!value.is_object()) continue;
        json::Object worker = value.get_object();
        const auto seen = workers_.find(static_cast<std::int64_t>(number_of(worker, "pid")));
        worker["rate"] = seen == workers_.end() ? 0 : seen->second.row.rate;
        worker["cpu_share"] = seen == workers_.end() ? 0 : seen->second.row.cpu_share;
        workers.push_back(std::move(worker));
    }
    const WorkerRow total = total_of(rows());
    json::Object totals;
    totals["rate"] = total.rate;
    totals["cpu_share"] = total.cpu_share;
    totals["requests"] = total.requests;
    totals["in_flight"] = total.in_flight;
    totals["connections"] = total.connections;
    totals["queue"] = total.queue;
    totals["rss"] = total.rss;
    result["workers"] = std::move(workers);
    result["totals"] = std::move(totals);
    return result;
}

std::vector<std::string> TopView::lines(std::size_t width,
                                        std::size_t height,
                                        const std::string& note) const {
    const std::vector<WorkerRow> all = rows();
    const WorkerRow total = total_of(all);
    const json::Object counts = object_of(master_, "workers");
    std::vector<std::string> text;
    text.push_back(fmt::format("{} (pid {:.0f}): {} for {}, generation {:.0f}, {:.0f} reloads",
                               text_of(master_, "name"),
                               number_of(master_, "pid"),
                               text_of(master_, "state"),
                               format_age(number_of(master_, "uptime")),
                               number_of(master_, "generation"),
                               number_of(master_, "reloads")));
    text.push_back(
        fmt::format("workers: {:.0f} of {:.0f} serve, {:.0f} spawned, {:.0f} died, {:.0f} killed",
                    number_of(counts, "current"),
                    number_of(counts, "target"),
                    number_of(counts, "spawned"),
                    number_of(counts, "died"),
                    number_of(counts, "killed")));
    text.push_back(
        fmt::format("total:   {}/s, {} in flight, {} connections, {} waiting, {}, CPU {:.0f}%",
                    rate_text(total.rate),
                    total.in_flight,
                    total.connections,
                    total.queue,
                    format_size(total.rss),
                    total.cpu_share * 100));
    const std::string error = text_of(master_, "last_reload_error");
    text.push_back(error.empty() ? "" : "the last reload failed: " + error);

    std::vector<std::vector<std::string>> table;
    for (const WorkerRow& row : all) table.push_back(cells(row));
    const std::string formatted = format_table({"SLOT>",
                                                "PID>",
                                                "GEN>",
                                                "STATE",
                                                "AGE>",
                                                "REQ/S>",
                                                "IN-FLIGHT>",
                                                "CONNS>",
                                                "QUEUE>",
                                                "RSS>",
                                                "CPU>",
                                                "BEAT>",
                                                "REQUESTS>"},
                                               table);
    for (std::size_t begin = 0; begin < formatted.size();) {
        const std::size_t end = formatted.find('\n', begin);
        text.push_back(formatted.substr(begin, end - begin));
        begin = end + 1;
    }
    if (text.size() + 1 > height) text.resize(height > 0 ? height - 1 : 0);
    if (!note.empty() && height > 0) {
        while (text.size() + 1 < height) text.emplace_back();
        text.push_back(fmt::format("{}", note));
    }
    for (std::string& line : text) line = cut(std::move(line), width);
    return text;
}

}  // namespace indrik::supervisor
