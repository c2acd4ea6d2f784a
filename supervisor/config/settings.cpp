#include "supervisor/config/settings.hpp"

#include <algorithm>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"

namespace indrik::supervisor {
namespace {

using Values = std::span<const std::string>;

// The last value given, parsed, into its member.
template <auto Member, auto Parse>
void single(Settings& settings, Values values) {
    using Type = std::remove_reference_t<decltype(settings.*Member)>;
    settings.*Member = static_cast<Type>(Parse(values.back()));
}

std::string text(std::string_view value) {
    return std::string(value);
}

void assign_bind(Settings& settings, Values values) {
    std::vector<Address> addresses;
    for (const std::string& value : values) addresses.push_back(Address::parse(value));
    settings.bind = std::move(addresses);
}

// Every value; an empty one, which is the default, is none.
template <auto Member>
void several(Settings& settings, Values values) {
    auto& member = settings.*Member;
    member.assign(values.begin(), values.end());
    std::erase(member, "");
}

ProxyProtocol parse_proxy_protocol(std::string_view value) {
    if (value == "true" || value == "on") return ProxyProtocol::Auto;
    if (value == "false") return ProxyProtocol::Off;
    return static_cast<ProxyProtocol>(parse_choice(value, {"off", "v1", "v2", "auto"}));
}

ForwardedFields parse_forwarded_fields(std::string_view value) {
    return static_cast<ForwardedFields>(parse_choice(value, {"x-forwarded", "forwarded"}));
}

CertificateRequest parse_certificate_request(std::string_view value) {
    if (value == "0" || value == "1" || value == "2")
        return static_cast<CertificateRequest>(value[0] - '0');
    return static_cast<CertificateRequest>(parse_choice(value, {"none", "optional", "required"}));
}

TLSVersion parse_tls_version(std::string_view value) {
    std::string_view number = value;
    for (const std::string_view prefix : {"TLSv", "TLS"}) {
        if (number.starts_with(prefix)) number.remove_prefix(prefix.size());
    }
    if (number == "1.2" || number == "1_2") return TLSVersion::V1_2;
    if (number == "1.3" || number == "1_3") return TLSVersion::V1_3;
    throw BadValue(quote(value) + " is no version that is safe; use 1.2 or 1.3");
}

constexpr std::string_view kSockets = "Sockets";
constexpr std::string_view kWorkers = "Workers";
constexpr std::string_view kTimeouts = "Timeouts";
constexpr std::string_view kLimits = "Limits on requests";
constexpr std::string_view kTLS = "TLS";
constexpr std::string_view kLogs = "Logs";
constexpr std::string_view kServer = "Server";

constexpr std::uint64_t kMaxLine = 1024 * 1024;

// clang-format off
std::vector<Setting> make_table() {
    return {
        {kSockets, {"bind"}, 'b', {"bind"}, "ADDRESS", "127.0.0.1:8000",
         "Where to listen: HOST:PORT, HOST, :PORT, [IPV6]:PORT or unix:PATH. May be given several times. "
         "With PORT in the environment the default is 0.0.0.0:$PORT.",
         assign_bind, "PORT", "0.0.0.0:", true},
        {kSockets, {"backlog"}, 0, {"backlog"}, "N", "2048",
         "Connections that may wait to be accepted, per worker.",
         single<&Settings::backlog, parse_count<1, 1'000'000>>},
        {kSockets, {"forwarded_allow_ips"}, 0, {"forwarded-allow-ips"}, "LIST", "127.0.0.1,::1",
         "Proxies that are believed when they say for whom they ask: addresses and networks, * for all. "
         "FORWARDED_ALLOW_IPS in the environment is the default.",
         single<&Settings::forwarded_allow_ips, text>, "FORWARDED_ALLOW_IPS"},
        {kSockets, {"forwarded_fields"}, 0, {"forwarded-fields"}, "WHICH", "x-forwarded",
         "The fields that these proxies write, the others being left alone: x-forwarded, or forwarded (RFC 7239).",
         single<&Settings::forwarded_fields, parse_forwarded_fields>},
        {kSockets, {"proxy_protocol"}, 0, {"proxy-protocol"}, "MODE", "off",
         "Connections begin with a header of the PROXY protocol, which tells the client's address: v1, v2, "
         "auto for either (the same as no MODE), or off.",
         single<&Settings::proxy_protocol, parse_proxy_protocol>, {}, {}, false, "auto"},
        {kSockets, {"proxy_allow_from", "proxy_allow_ips"}, 0, {"proxy-allow-from"}, "LIST", "127.0.0.1,::1",
         "Proxies that send such headers: addresses and networks, * for all. Others must not, and are served without.",
         single<&Settings::proxy_allow_from, text>},

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

        {kTimeouts, {"timeout"}, 't', {"timeout"}, "TIME", "30s",
         "A worker whose loop has been silent for so long is killed and replaced; 0: never.",
         single<&Settings::timeout, parse_duration>},
        {kTimeouts, {"graceful_timeout"}, 0, {"graceful-timeout"}, "TIME", "30s",
         "What a stopping worker has to finish its requests before it is killed.",
         single<&Settings::graceful_timeout, parse_duration>},
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

        {kLimits, {"limit_request_line"}, 0, {"limit-request-line"}, "SIZE", "8190",
         "Bytes of the request line; beyond: 414.",
         single<&Settings::limit_request_line, parse_size_between<16, kMaxLine>>},
        {kLimits, {"limit_request_fields"}, 0, {"limit-request-fields"}, "N", "128",
         "Header fields; beyond: 431.",
         single<&Settings::limit_request_fields, parse_count<1, 32768>>},
        {kLimits, {"limit_request_field_size"}, 0, {"limit-request-field-size", "limit-request-field_size"}, "SIZE", "8190",
         "Bytes of one header field; beyond: 431.",
         single<&Settings::limit_request_field_size, parse_size_between<16, kMaxLine>>},
        {kLimits, {"limit_request_body"}, 0, {"limit-request-body"}, "SIZE", "1M",
         "Bytes of a request's body; beyond: 413.",
         single<&Settings::limit_request_body, parse_size_between<0, 1ull << 53>>},

        {kTLS, {"certfile"}, 0, {"certfile"}, "FILE", "",
         "Serves HTTPS with this certificate chain (PEM). Given several times, clients get the certificate for the name "
         "that they ask for, or else the first. HUP reads it anew.",
         several<&Settings::certfile>, {}, {}, true},
        {kTLS, {"keyfile"}, 0, {"keyfile"}, "FILE", "",
         "Its private key (PEM); one for each --certfile, in the same order. Without any, each is in the file of its certificate.",
         several<&Settings::keyfile>, {}, {}, true},
        {kTLS, {"keyfile_password_file"}, 0, {"keyfile-password-file"}, "FILE", "",
         "Its first line opens the keys that are encrypted.",
         single<&Settings::keyfile_password_file, text>},
        {kTLS, {"cert_reqs"}, 0, {"cert-reqs"}, "WHICH", "none",
         "Client certificates: none are asked for, optional, or required; or 0, 1, 2.",
         single<&Settings::cert_reqs, parse_certificate_request>},
        {kTLS, {"ca_certs"}, 0, {"ca-certs"}, "FILE", "",
         "The authorities that client certificates must come from (PEM).",
         single<&Settings::ca_certs, text>},
        {kTLS, {"ssl_minimum_version"}, 0, {"ssl-minimum-version"}, "VERSION", "1.2",
         "The oldest version of TLS that is spoken: 1.2 or 1.3.",
         single<&Settings::ssl_minimum_version, parse_tls_version>},
        {kTLS, {"ciphers"}, 0, {"ciphers"}, "LIST", "",
         "Ciphers of TLS 1.2, in OpenSSL's notation; by default those with forward secrecy.",
         single<&Settings::ciphers, text>},

        {kLogs, {"access_logfile", "accesslog"}, 0, {"access-logfile"}, "FILE", "",
         "Where requests are logged; - is standard output. Off by default.",
         single<&Settings::access_logfile, text>},
        {kLogs, {"access_logformat", "access_log_format"}, 0, {"access-logformat"}, "FORMAT",
         R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s")",
         "How a request is written, in gunicorn's atoms.",
         single<&Settings::access_logformat, text>},
        {kLogs, {"error_logfile", "errorlog"}, 0, {"error-logfile", "log-file"}, "FILE", "-",
         "Where everything else is logged; - is standard error.",
         single<&Settings::error_logfile, text>},
        {kLogs, {"log_level", "loglevel"}, 0, {"log-level"}, "LEVEL", "info",
         "debug, info, warning, error or critical.",
         single<&Settings::log_level, parse_level>},

        {kServer, {"application"}, 0, {}, "MODULE", "", "",  // on the command line it is the argument
         single<&Settings::application, text>},
        {kServer, {"config"}, 'c', {"config"}, "FILE", "",
         "Settings as lines of name = value. ./indrik.conf is read if there is one.",
         single<&Settings::config, text>},
        {kServer, {"pid", "pidfile"}, 'p', {"pid"}, "FILE", "",
         "Where to write the master's process id.",
         single<&Settings::pid, text>},
        {kServer, {"chdir"}, 0, {"chdir"}, "FOLDER", "",
         "Where to go before anything is opened.",
         single<&Settings::chdir, text>},
        {kServer, {"upload_dir"}, 0, {"upload-dir"}, "FOLDER", "",
         "Where large uploaded files are kept while a request needs them; TMPDIR or /tmp by default.",
         single<&Settings::upload_dir, text>},
        {kServer, {"debug"}, 0, {"debug"}, "", "false",
         "Show exceptions to clients. Never in production.",
         single<&Settings::debug, parse_switch>},
    };
}
// clang-format on

}  // namespace

const std::vector<Setting>& settings_table() {
    static const std::vector<Setting> table = make_table();
    return table;
}

const Setting* find_setting(std::string_view name) {
    std::string wanted(name);
    std::replace(wanted.begin(), wanted.end(), '-', '_');
    for (const Setting& setting : settings_table()) {
        if (std::ranges::find(setting.names, wanted) != setting.names.end()) return &setting;
    }
    return nullptr;
}

}  // namespace indrik::supervisor
