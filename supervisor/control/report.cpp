#include "supervisor/control/report.hpp"

#include <utility>

#include "indrik/core/version.hpp"

namespace indrik::supervisor {
namespace {

double seconds(std::chrono::milliseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

json::Object worker_to_json(const WorkerReport& report) {
    json::Object worker;
    worker["pid"] = report.pid;
    worker["slot"] = report.slot;
    worker["generation"] = report.generation;
    worker["state"] = report.state;
    worker["age"] = seconds(report.age);
    worker["requests"] = report.requests;
    worker["in_flight"] = report.in_flight;
    worker["connections"] = report.connections;
    worker["accepted"] = report.accepted;
    worker["queue"] = report.queue;
    worker["rss"] = report.rss_bytes;
    worker["cpu"] = seconds(report.cpu_time);
    worker["last_beat"] = seconds(report.beat_age);
    worker["beat_time"] = seconds(report.beat_time);
    return worker;
}

}  // namespace

json::Object to_json(const MasterReport& report) {
    json::Object workers;
    workers["current"] = report.serving;
    workers["target"] = report.target;
    workers["processes"] = report.processes;
    workers["spawned"] = report.spawned;
    workers["died"] = report.died;
    workers["killed"] = report.killed;
    json::Object stats;
    stats["pid"] = report.pid;
    stats["name"] = report.name;
    stats["application"] = report.application;
    stats["version"] = INDRIK_VERSION;
    stats["state"] = report.state;
    stats["uptime"] = seconds(report.uptime);
    stats["workers"] = std::move(workers);
    stats["generation"] = report.generation;
    stats["reloads"] = report.reloads;
    stats["failed_reloads"] = report.failed_reloads;
    stats["last_reload_error"] =
        report.last_reload_error.empty() ? json::Value() : json::Value(report.last_reload_error);
    stats["rss"] = report.rss_bytes;
    stats["cpu"] = seconds(report.cpu_time);
    return stats;
}

json::Array to_json(const std::vector<WorkerReport>& reports) {
    json::Array workers;
    for (const WorkerReport& report : reports) workers.push_back(worker_to_json(report));
    return workers;
}

json::Array to_json(const std::vector<ListenerReport>& reports) {
    json::Array listeners;
    for (const ListenerReport& report : reports) {
        json::Object listener;
        listener["url"] = report.url;
        listener["sockets"] = report.sockets;
        listener["queue"] = report.queue;
        listeners.push_back(std::move(listener));
    }
    return listeners;
}

json::Array to_json(const std::vector<ConfigReport>& reports) {
    json::Array settings;
    for (const ConfigReport& report : reports) {
        json::Object setting;
        setting["name"] = report.name;
        setting["value"] = report.value;
        setting["source"] = report.source;
        settings.push_back(std::move(setting));
    }
    return settings;
}

}  // namespace indrik::supervisor
