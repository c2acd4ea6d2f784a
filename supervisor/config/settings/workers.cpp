// How many workers there are, and how long they and their clients may take.
#include "supervisor/config/settings/groups.hpp"

namespace indrik::supervisor {
namespace {

constexpr std::string_view kWorkers = "Workers";
constexpr std::string_view kTimeouts = "Timeouts";

}  // namespace

// clang-format off
std::vector<Setting> workers_settings() {
    return {
        {kWorkers, {"workers"}, 'w', {"workers"}, "N", "1",
         "Worker processes; auto: one for each CPU that may be used. WEB_CONCURRENCY in the environment is the default.",
         single<&Settings::workers, parse_workers>, "WEB_CONCURRENCY"},
        {kWorkers, {"worker_connections"}, 0, {"worker-connections"}, "N", "0",
         "Connections a worker holds at once; whoever comes beyond is answered with 503. 0: as many as it may have descriptors.",
         single<&Settings::worker_connections, parse_count<0, 10'000'000>>},
        {kWorkers, {"address_connections"}, 0, {"address-connections"}, "N", "0",
         "Connections of one address (IPv6: of one /64 network) that a worker holds at once; beyond: 503. 0: no limit. "
         "Behind a proxy all come from its address, unless --proxy-protocol tells theirs.",
         single<&Settings::address_connections, parse_count<0, 10'000'000>>},
        {kWorkers, {"max_requests"}, 0, {"max-requests"}, "N", "0",
         "A worker that has answered so many requests is replaced, the new one first; 0: no limit. One at a time, as below.",
         single<&Settings::max_requests, parse_count<0, 1ull << 53>>},
        {kWorkers, {"max_requests_jitter"}, 0, {"max-requests-jitter"}, "N", "0",
         "Each worker gets up to so many requests more, at random.",
         single<&Settings::max_requests_jitter, parse_count<0, 1ull << 53>>},
        {kWorkers, {"max_requests_exclude"}, 0, {"max-requests-exclude"}, "PATH", "",
         "Requests to this path do not count for --max-requests: health checks, for example. May be given several times.",
         several<&Settings::max_requests_exclude>, {}, {}, true},
        {kWorkers, {"max_rss"}, 0, {"max-rss"}, "SIZE", "0",
         "A worker that has more memory resident is replaced, once it is ten seconds old; 0: no limit.",
         single<&Settings::max_rss, parse_size_between<0, 1ull << 50>>},
        {kWorkers, {"worker_lifetime"}, 0, {"worker-lifetime"}, "TIME", "0",
         "A worker of this age, or up to a tenth more, is replaced; 0: no limit.",
         single<&Settings::worker_lifetime, parse_duration>},
        {kWorkers, {"crash_limit"}, 0, {"crash-limit"}, "N", "0",
         "When so many workers have died within --crash-window and nobody serves, the master gives up with exit code 3; "
         "0: it goes on trying, more and more rarely.",
         single<&Settings::crash_limit, parse_count<0, 10'000>>},
        {kWorkers, {"crash_window"}, 0, {"crash-window"}, "TIME", "60s",
         "See --crash-limit. A worker that serves for two seconds makes earlier deaths forgotten.",
         single<&Settings::crash_window, parse_positive_duration>},
        {kWorkers, {"threads"}, 0, {"threads"}, "N", "8",
         "Threads a worker may start for blocking calls (web::kThreadPool). Handlers run on its one loop all the same.",
         single<&Settings::threads, parse_count<1, 1000>>},

        {kTimeouts, {"timeout"}, 't', {"timeout"}, "TIME", "30s",
         "A worker whose loop has been silent for so long is killed and replaced; 0: never.",
         single<&Settings::timeout, parse_duration>},
        {kTimeouts, {"graceful_timeout"}, 0, {"graceful-timeout"}, "TIME", "30s",
         "What a stopping worker has to finish its requests before it is killed.",
         single<&Settings::graceful_timeout, parse_duration>},
        {kTimeouts, {"boot_timeout"}, 0, {"boot-timeout"}, "TIME", "60s",
         "A worker that is not ready to serve after so long is killed and replaced, and so is a new master (SIGUSR2); 0: never.",
         single<&Settings::boot_timeout, parse_duration>},
        {kTimeouts, {"keep_alive", "keepalive"}, 0, {"keep-alive"}, "TIME", "75s",
         "How long a connection may idle between two requests.",
         single<&Settings::keep_alive, parse_positive_duration>},
        {kTimeouts, {"header_timeout"}, 0, {"header-timeout"}, "TIME", "10s",
         "From a request's first byte to the end of its header.",
         single<&Settings::header_timeout, parse_duration>},
        {kTimeouts, {"body_timeout"}, 0, {"body-timeout"}, "TIME", "30s",
         "How long a client may stop sending a request's body.",
         single<&Settings::body_timeout, parse_duration>},
        {kTimeouts, {"min_body_rate"}, 0, {"min-body-rate"}, "SIZE", "240",
         "Bytes a second. A client that sends its body more slowly uses up the body timeout; 0: each byte renews it.",
         single<&Settings::min_body_rate, parse_size_between<0, 1ull << 40>>},
        {kTimeouts, {"write_timeout"}, 0, {"write-timeout"}, "TIME", "30s",
         "How long a client may stop reading its response.",
         single<&Settings::write_timeout, parse_duration>},
        {kTimeouts, {"min_write_rate"}, 0, {"min-write-rate"}, "SIZE", "240",
         "Bytes a second. A client that reads more slowly uses up the write timeout; 0: each byte renews it.",
         single<&Settings::min_write_rate, parse_size_between<0, 1ull << 40>>},
    };
}
// clang-format on

}  // namespace indrik::supervisor
