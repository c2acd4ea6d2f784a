#pragma once
// Every setting of the supervisor, once as a typed member and once as a line of the table from which the command line, the
// configuration file, the environment, --help and the documentation come.
//
// To add a setting: a member here, a line in the file of its group in settings/. The default is text and passes through the same parser as what
// the operator writes, so there is one place for it.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/logging.hpp"
#include "supervisor/listeners/address.hpp"
#include "supervisor/system/message_socket.hpp"

namespace indrik::supervisor {

enum class ForwardedFields : unsigned char { XForwarded, Forwarded };
enum class HeaderMap : unsigned char { Drop, Refuse, Dangerous };
enum class ProxyProtocol : unsigned char { Off, V1, V2, Auto };
enum class CertificateRequest : unsigned char { None, Optional, Required };
enum class LogFormat : unsigned char { Text, JSON };
enum class TLSVersion : unsigned char { V1_2, V1_3 };
enum class ReloadEngine : unsigned char { Auto, Inotify, Poll };

struct Settings {
    std::string application;  // path of the module, perhaps with ":factory"

    std::vector<Address> bind;
    int backlog = 0;

    unsigned workers = 0;
    unsigned threads = 0;                   // for blocking calls, in each worker
    std::uint64_t worker_connections = 0;   // 0: as many as descriptors allow
    std::uint64_t address_connections = 0;  // 0: no limit

    std::chrono::milliseconds timeout{};  // 0: a silent worker is left alone
    std::chrono::milliseconds graceful_timeout{};
    std::chrono::milliseconds boot_timeout{};  // 0: none
    std::chrono::milliseconds keep_alive{};
    std::chrono::milliseconds header_timeout{};
    std::chrono::milliseconds body_timeout{};
    std::chrono::milliseconds write_timeout{};
    std::uint64_t min_body_rate = 0;  // bytes a second; 0: none
    std::uint64_t min_write_rate = 0;

    std::uint64_t max_requests = 0;  // of a worker, before it is replaced; 0: no limit, as below
    std::uint64_t max_requests_jitter = 0;
    std::vector<std::string> max_requests_exclude;  // paths
    std::uint64_t max_rss = 0;
    std::chrono::milliseconds worker_lifetime{};

    unsigned crash_limit = 0;  // deaths within crash_window, before the master gives up; 0: never
    std::chrono::milliseconds crash_window{};

    std::uint64_t limit_request_line = 0;
    std::uint64_t limit_request_fields = 0;
    std::uint64_t limit_request_field_size = 0;
    std::uint64_t limit_request_body = 0;

    std::string forwarded_allow_ips;  // the proxies that may say for whom they ask; empty: none
    ForwardedFields forwarded_fields = ForwardedFields::XForwarded;
    HeaderMap header_map = HeaderMap::Drop;
    std::vector<std::string> forwarder_headers;  // with '_' in their names, from those proxies

    ProxyProtocol proxy_protocol = ProxyProtocol::Off;
    std::string proxy_allow_from;

    std::vector<std::string> certfile;  // none: no TLS
    std::vector<std::string> keyfile;   // one for each of certfile; none: the keys are in there
    std::string keyfile_password_file;
    std::string ca_certs;
    CertificateRequest cert_reqs = CertificateRequest::None;
    TLSVersion ssl_minimum_version = TLSVersion::V1_2;
    std::string ciphers;

    std::string access_logfile;  // empty: off; "-": standard output
    std::string access_logformat;
    std::string error_logfile;  // "-": standard error
    LogLevel log_level = LogLevel::Info;
    bool capture_output = false;
    bool access_log_json = false;
    std::vector<std::string> access_log_exclude;
    std::chrono::milliseconds slow_request{};                // 0: none is noted
    std::optional<std::chrono::milliseconds> slow_callback;  // nothing: by debug; 0: off
    bool log_json = false;
    LogFormat error_logformat = LogFormat::Text;
    bool log_syslog = false;
    MessageAddress log_syslog_to;
    std::string log_syslog_prefix;
    int log_syslog_facility = 0;
    bool disable_redirect_access_to_syslog = false;

    std::optional<MessageAddress> statsd_host;
    std::string statsd_prefix;
    std::string dogstatsd_tags;
    bool enable_backlog_metric = false;
    std::vector<Address> metrics_bind;  // one or none

    std::string config;
    std::string pid;
    std::string chdir;
    std::string upload_dir;  // empty: TMPDIR or /tmp
    bool debug = false;
    bool check_config = false;
    bool print_config = false;
    bool preload = false;
    bool sendfile = true;
    bool daemon = false;
    std::vector<std::string> env;  // NAME=VALUE
    std::string user;              // name or number; empty: whoever started us
    std::string group;             // empty: the user's
    bool initgroups = false;
    unsigned umask = 0;  // of Unix sockets
    bool allow_root = false;
    std::string name;   // in process titles
    std::string hooks;  // path of a module

    std::string control_socket;  // empty: the instance's own default
    unsigned control_socket_mode = 0;
    bool no_control_socket = false;

    bool reload = false;
    ReloadEngine reload_engine = ReloadEngine::Auto;
    std::vector<std::string> reload_extra_file;  // globs
    std::string reload_command;                  // empty: none
    std::vector<std::string> reload_dir;

    /// Where each value came from, by the setting's name; absent: its default.
    std::map<std::string_view, std::string> sources;
    /// What was given, as text, by the setting's name; absent: its default.
    std::map<std::string_view, std::vector<std::string>> texts;
};

/// One line of the table.
struct Setting {
    std::string_view group;  // its heading in --help
    std::vector<std::string_view>
        names;    // in the configuration file: ours, then gunicorn's where they differ
    char letter;  // -w, or 0
    std::vector<std::string_view> flags;  // long ones, the first is shown
    std::string_view placeholder;         // of the value in --help; empty: a switch
    std::string_view default_value;       // empty: none
    std::string_view prose;
    void (*assign)(Settings&, std::span<const std::string> values);  // throws BadValue
    std::string_view environment = {};         // a variable that replaces the default
    std::string_view environment_prefix = {};  // written before its value
    bool repeatable = false;
    std::string_view bare_value = {};  // what the option means without a value, if it may be so
    std::string_view switch_value = "true";  // what the option means, if it is a switch

    std::string_view name() const { return names.front(); }
    bool is_switch() const { return placeholder.empty(); }
};

/// In the order of --help.
const std::vector<Setting>& settings_table();

/// By a name of the configuration file, dashes being as good as underscores; null: there is none.
const Setting* find_setting(std::string_view name);

}  // namespace indrik::supervisor
