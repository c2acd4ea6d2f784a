#include "supervisor/control/tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace indrik::supervisor {
namespace {

using Row = std::vector<std::string>;

std::string printable(std::string text) {
    const auto is_control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; };
    std::ranges::replace_if(text, is_control, '?');
    return text;
}

std::string whole(const json::Object& object, std::string_view name) {
    return fmt::format("{:.0f}", number_of(object, name));
}

std::string line(std::string_view name, const std::string& value) {
    return fmt::format("  {:<13}{}\n", name, printable(value));
}

std::string stats_text(const json::Object& stats) {
    const json::Object workers = object_of(stats, "workers");
    std::string text = printable(fmt::format("{} (pid {}), Indrik {}: {} for {}",
                                             text_of(stats, "name"),
                                             whole(stats, "pid"),
                                             text_of(stats, "version"),
                                             text_of(stats, "state"),
                                             format_age(number_of(stats, "uptime"))));
    text += '\n';
    if (const auto application = text_of(stats, "application"); !application.empty())
        text += line("application", application);
    text += line("workers",
                 fmt::format("{} of {} serve; {} processes, {} spawned, {} died, {} killed",
                             whole(workers, "current"),
                             whole(workers, "target"),
                             whole(workers, "processes"),
                             whole(workers, "spawned"),
                             whole(workers, "died"),
                             whole(workers, "killed")));
    text += line("generation",
                 fmt::format("{}; {} reloads, {} failed",
                             whole(stats, "generation"),
                             whole(stats, "reloads"),
                             whole(stats, "failed_reloads")));
    if (const auto error = text_of(stats, "last_reload_error"); !error.empty())
        text += line("last reload", "failed: " + error);
    text += line("memory", format_size(number_of(stats, "rss")));
    text += line("CPU", format_age(number_of(stats, "cpu")));
    return text;
}

std::string workers_text(const json::Array& workers) {
    std::vector<Row> rows;
    for (const json::Value& value : workers) {
        if (!value.is_object()) continue;
        const json::Object& worker = value.as_object();
        rows.push_back({whole(worker, "pid"),
                        whole(worker, "slot"),
                        whole(worker, "generation"),
                        text_of(worker, "state"),
                        format_age(number_of(worker, "age")),
                        whole(worker, "requests"),
                        whole(worker, "in_flight"),
                        whole(worker, "connections"),
                        whole(worker, "queue"),
                        format_size(number_of(worker, "rss")),
                        format_age(number_of(worker, "cpu")),
                        format_age(number_of(worker, "last_beat"))});
    }
    return format_table({"PID>",
                         "SLOT>",
                         "GEN>",
                         "STATE",
                         "AGE>",
                         "REQUESTS>",
                         "IN-FLIGHT>",
                         "CONNECTIONS>",
                         "QUEUE>",
                         "RSS>",
                         "CPU>",
                         "BEAT>"},
                        rows);
}

std::string listeners_text(const json::Array& listeners) {
    std::vector<Row> rows;
    for (const json::Value& value : listeners) {
        if (!value.is_object()) continue;
        const json::Object& listener = value.as_object();
        rows.push_back(
            {text_of(listener, "url"), whole(listener, "sockets"), whole(listener, "queue")});
    }
    return format_table({"ADDRESS", "SOCKETS>", "QUEUE>"}, rows);
}

std::string config_text(const json::Array& settings) {
    std::vector<Row> rows;
    for (const json::Value& value : settings) {
        if (!value.is_object()) continue;
        const json::Object& setting = value.as_object();
        rows.push_back(
            {text_of(setting, "name"), text_of(setting, "value"), text_of(setting, "source")});
    }
    return format_table({"SETTING", "VALUE", "SOURCE"}, rows);
}

}  // namespace

std::string format_table(const Row& headings, const std::vector<Row>& rows) {
    std::vector<Row> lines(1);
    std::vector<bool> is_right;
    for (const std::string& heading : headings) {
        is_right.push_back(heading.ends_with('>'));
        lines[0].push_back(is_right.back() ? heading.substr(0, heading.size() - 1) : heading);
    }
    for (const Row& row : rows) lines.push_back(row);
    std::vector<std::size_t> widths(headings.size());
    for (Row& row : lines) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            row[column] = printable(std::move(row[column]));
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::string text;
    for (const Row& row : lines) {
        std::string formatted;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            if (column > 0) formatted += "  ";
            formatted += is_right[column] ? fmt::format("{:>{}}", row[column], widths[column])
                                          : fmt::format("{:<{}}", row[column], widths[column]);
        }
        formatted.erase(formatted.find_last_not_of(' ') + 1);
        text += formatted + '\n';
    }
    return text;
}

std::string format_age(double seconds) {
    if (seconds < 1) return fmt::format("{:.0f}ms", seconds * 1000);
    const auto whole = static_cast<std::uint64_t>(seconds);
    if (whole < 60) return fmt::format("{}s", whole);
    if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
    if (whole < 86400) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
    return fmt::format("{}d{:02}h", whole / 86400, whole / 3600 % 24);
}

std::string format_size(double bytes) {
    constexpr std::string_view kUnits = "KMGT";
    if (bytes < 1024) return fmt::format("{:.0f}", bytes);
    std::size_t unit = 0;
    for (bytes /= 1024; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
    return fmt::format("{:.{}f}{}", bytes, bytes < 100 ? 1 : 0, kUnits[unit]);
}

double number_of(const json::Object& object, std::string_view name) {
    const json::Value* const value = object.if_contains(name);
    if (value == nullptr) return 0;
    if (value->is_int64()) return static_cast<double>(value->get_int64());
    if (value->is_uint64()) return static_cast<double>(value->get_uint64());
    return value->is_double() ? value->get_double() : 0;
}

std::string text_of(const json::Object& object, std::string_view name) {
    const json::Value* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

json::Object object_of(const json::Object& object, std::string_view name) {
    const json::Value* const value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : json::Object();
}

json::Array array_of(const json::Object& object, std::string_view name) {
    const json::Value* const value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : json::Array();
}

std::string format_data(const json::Value& data) {
    if (!data.is_object()) return json::serialize(data) + '\n';
    const json::Object& object = data.get_object();
    if (object.contains("done")) return printable(text_of(object, "done")) + '\n';
    if (object.contains("help")) return text_of(object, "help");
    if (object.contains("config")) return config_text(array_of(object, "config"));
    std::string text;
    if (object.contains("stats")) text += stats_text(object_of(object, "stats")) + '\n';
    if (object.contains("uptime")) text += stats_text(object);
    const bool is_list = object.contains("workers") && object.at("workers").is_array();
    if (is_list) text += workers_text(array_of(object, "workers"));
    if (is_list && object.contains("listeners")) text += '\n';
    if (object.contains("listeners")) text += listeners_text(array_of(object, "listeners"));
    return text;
}

}  // namespace indrik::supervisor
