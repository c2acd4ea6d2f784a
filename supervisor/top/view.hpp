#pragma once
// What `indrik top` shows: two looks at the master, compared and drawn. Pure: JSON in, lines out.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "indrik/json/value.hpp"

namespace indrik::supervisor {

enum class SortKey : std::uint8_t { Slot, Rate, InFlight, Memory, Cpu };

/// One worker, with what it does a second.
struct WorkerRow {
    std::int64_t pid = 0;
    unsigned slot = 0;
    unsigned generation = 0;
    std::string state;
    double age = 0;        // seconds
    double rate = 0;       // requests a second
    double cpu_share = 0;  // 1 is one CPU
    std::uint64_t requests = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t connections = 0;
    std::uint64_t queue = 0;
    double rss = 0;
    double beat = 0;  // seconds ago
};

/// Keeps what was seen last, to tell rates from.
class TopView {
public:
    /// Takes the answer to "show all", which came at that time (in seconds, of a steady clock).
    void update(const json::Object& all, double now);
    /// Whether every worker has been seen at two of its heartbeats, so that its rate is known.
    bool has_rates() const;

    void sort_by(SortKey key) { sort_key_ = key; }
    SortKey sort_key() const { return sort_key_; }
    void sort_by_next();

    std::vector<WorkerRow> rows() const;
    const json::Object& master() const { return master_; }
    /// As `indrik ctl show all`, with rate and cpu_share in each worker, and totals.
    json::Object as_json() const;

    /// At most `height` lines of at most `width` columns. `note` stands in the last one.
    std::vector<std::string> lines(std::size_t width,
                                   std::size_t height,
                                   const std::string& note) const;

private:
    struct Seen {
        WorkerRow row;
        double beat_at = 0;  // when the counters were written
        double seen_at = 0;
        double cpu = 0;  // seconds
        bool has_rate = false;
    };

    json::Object master_;
    json::Object all_;
    std::map<std::int64_t, Seen> workers_;
    SortKey sort_key_ = SortKey::Slot;
};

}  // namespace indrik::supervisor
