#include "supervisor/config/replaced.hpp"

#include <algorithm>
#include <string>

namespace indrik::supervisor {
namespace {

struct Replaced {
    std::string_view name;
    std::string_view advice;
};

constexpr std::string_view kOneKind =
    "there is one kind of worker, an event loop with coroutines; leave it out";
constexpr std::string_view kPython = "nothing here is Python; leave it out";
constexpr std::string_view kWellFormed =
    "requests that are not well-formed are always refused; leave it out";
constexpr std::string_view kLogging =
    "loggers are not configured by files; use --log-level, --error-logfile, --access-logfile and "
    "--access-logformat";
constexpr std::string_view kHTTP2 =
    "HTTP/2 is not spoken yet; leave it out, or let a proxy in front speak it";
constexpr std::string_view kDirty =
    "blocking work goes to the workers' threads (--threads, run_in_executor); leave it out";
constexpr std::string_view kASGI = "applications are not ASGI; leave it out";
constexpr std::string_view kUwsgi = "only HTTP is spoken; let the proxy in front speak HTTP, too";
constexpr std::string_view kPaste =
    "there is no PasteDeploy; settings come from ./indrik.conf or --config";

constexpr Replaced kReplaced[] = {
    {"k", kOneKind},
    {"worker_class", kOneKind},
    {"reuse_port", "every worker has listening sockets of its own anyway; leave it out"},
    {"worker_tmp_dir", "heartbeats are in shared memory, not in files; leave it out"},
    {"wsgi_app",
     "the application is a module; name it as the argument, or as application = app.so"},
    {"pythonpath",
     "modules are shared objects; LD_LIBRARY_PATH or their RPATH finds their libraries"},
    {"spew", kPython},
    {"http_parser", "there is one parser; leave it out"},
    {"asgi_loop", kASGI},
    {"asgi_lifespan", "on_startup and on_cleanup always run; leave it out"},
    {"asgi_disconnect_grace_period", kASGI},
    {"root_path", "put the application beneath a prefix with add_subapp()"},
    {"protocol", kUwsgi},
    {"uwsgi_allow_from", kUwsgi},
    {"uwsgi_allow_ips", kUwsgi},
    {"paste", kPaste},
    {"paster", kPaste},
    {"paste_global", kPaste},
    {"raw_paste_global_conf", kPaste},
    {"permit_obsolete_folding", kWellFormed},
    {"strip_header_spaces", kWellFormed},
    {"permit_unconventional_http_method", kWellFormed},
    {"permit_unconventional_http_version", kWellFormed},
    {"casefold_http_method", kWellFormed},
    {"secure_scheme_headers",
     "X-Forwarded-Proto of --forwarded-allow-ips is believed (--forwarded-fields); leave it out"},
    {"logger_class", kLogging},
    {"log_config", kLogging},
    {"log_config_json", kLogging},
    {"logconfig", kLogging},
    {"logconfig_dict", kLogging},
    {"logconfig_json", kLogging},
    {"enable_stdio_inheritance", "workers have the standard output of the master; leave it out"},
    {"R", "workers have the standard output of the master; leave it out"},
    {"default_proc_name", "use --name"},
    {"ssl_version", "use --ssl-minimum-version"},
    {"suppress_ragged_eofs", "connections that end without a goodbye are no errors; leave it out"},
    {"do_handshake_on_connect", "handshakes never hold up others; leave it out"},
    {"http_protocols", kHTTP2},
    {"http2_max_concurrent_streams", kHTTP2},
    {"http2_initial_window_size", kHTTP2},
    {"http2_max_frame_size", kHTTP2},
    {"http2_max_header_list_size", kHTTP2},
    {"http2_cleartext", kHTTP2},
    {"dirty_app", kDirty},
    {"dirty_apps", kDirty},
    {"dirty_workers", kDirty},
    {"dirty_timeout", kDirty},
    {"dirty_graceful_timeout", kDirty},
    {"dirty_threads", kDirty},
};

}  // namespace

std::string_view advice_for(std::string_view name) {
    std::string wanted(name.substr(std::min(name.find_first_not_of('-'), name.size())));
    std::ranges::replace(wanted, '-', '_');
    const auto* const found = std::ranges::find(kReplaced, wanted, &Replaced::name);
    return found == std::end(kReplaced) ? std::string_view() : found->advice;
}

}  // namespace indrik::supervisor
