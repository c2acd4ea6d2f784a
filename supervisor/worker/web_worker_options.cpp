#include "supervisor/worker/web_worker_options.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "indrik/core/log_sinks.hpp"
#include "supervisor/config/errors.hpp"
#include "supervisor/system/error_log.hpp"

namespace indrik::supervisor {
namespace {

http::TrustedProxies parse_proxies(const char* flag, const std::string& list) {
    Result<http::TrustedProxies> proxies = http::TrustedProxies::parse(list);
    if (!proxies) {
        throw ConfigError(std::string(flag) + ": \"" + list +
                          "\" is no list of addresses and networks, such as 127.0.0.1,10.0.0.0/8");
    }
    return std::move(*proxies);
}

std::optional<http::TrustedProxies> trusted_proxies(const Settings& settings) {
    if (settings.forwarded_allow_ips.empty()) return std::nullopt;
    return parse_proxies("--forwarded-allow-ips", settings.forwarded_allow_ips);
}

std::optional<web::ProxyProtocolOptions> proxy_protocol(const Settings& settings) {
    const ProxyProtocol mode = settings.proxy_protocol;
    web::ProxyProtocolOptions options;
    options.allow_from = parse_proxies("--proxy-allow-from", settings.proxy_allow_from);
    options.header.accepts_v1 = mode != ProxyProtocol::V2;
    options.header.accepts_v2 = mode != ProxyProtocol::V1;
    if (mode == ProxyProtocol::Off) return std::nullopt;
    return options;
}

http::UnderscoreNames underscore_names(HeaderMap map) {
    switch (map) {
        case HeaderMap::Refuse:
            return http::UnderscoreNames::Refuse;
        case HeaderMap::Dangerous:
            return http::UnderscoreNames::Keep;
        case HeaderMap::Drop:
            break;
    }
    return http::UnderscoreNames::Drop;
}

}  // namespace

std::unique_ptr<web::AccessLogger> open_access_log(const Settings& settings) {
    std::shared_ptr<LogSink> sink = make_access_sink(settings);
    if (!sink) return nullptr;
    const bool is_json = settings.access_log_json || settings.log_json;
    auto log = std::make_unique<web::AccessLogger>(
        std::move(sink),
        is_json ? web::AccessLogger::kJSON : std::string_view(settings.access_logformat));
    log->exclude(settings.access_log_exclude);
    return log;
}

void check_server_options(const Settings& settings) {
    static_cast<void>(trusted_proxies(settings));
    static_cast<void>(proxy_protocol(settings));
}

web::ServerOptions server_options(const WorkerContext& context,
                                  web::AccessLogger* access_log,
                                  std::shared_ptr<net::TLSContext> tls) {
    const Settings& settings = context.settings;
    web::ServerOptions options;
    options.head.request_line_bytes = settings.limit_request_line;
    options.head.fields = settings.limit_request_fields;
    options.head.field_bytes = settings.limit_request_field_size;
    // One field of the largest size must fit beside the request line.
    options.head.head_bytes =
        std::max(options.head.head_bytes,
                 settings.limit_request_line + 2 * settings.limit_request_field_size);
    options.body_limit_bytes = settings.limit_request_body;
    options.header_timeout = settings.header_timeout;
    options.body_timeout = settings.body_timeout;
    options.keep_alive_timeout = settings.keep_alive;
    options.write_timeout = settings.write_timeout;
    options.minimum_body_rate = settings.min_body_rate;
    options.minimum_write_rate = settings.min_write_rate;
    options.max_connections = settings.worker_connections;
    options.max_connections_per_address = settings.address_connections;
    options.upload_directory = settings.upload_dir;
    options.forwarded_allow_ips = trusted_proxies(settings);
    options.forwarded_headers = static_cast<http::ForwardedHeaders>(settings.forwarded_fields);
    options.proxy_protocol = proxy_protocol(settings);
    options.head.underscore_names = underscore_names(settings.header_map);
    options.gateway_fields = settings.forwarder_headers;
    options.uses_sendfile = settings.sendfile;
    options.access_log = access_log;
    options.tls = std::move(tls);
    options.log = context.log.logger("indrik");
    options.debug = settings.debug;
    return options;
}

}  // namespace indrik::supervisor
