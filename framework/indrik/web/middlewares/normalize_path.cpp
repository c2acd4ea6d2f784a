#include "indrik/web/middlewares/normalize_path.hpp"

#include <algorithm>
#include <stdexcept>

#include "indrik/core/strings.hpp"
#include "indrik/http/url.hpp"
#include "indrik/web/application.hpp"
#include "indrik/web/exceptions.hpp"

namespace indrik::web {
namespace {

std::string merged(std::string_view path) {
    std::string result;
    for (const char c : path) {
        if (c != '/' || !result.ends_with('/')) result += c;
    }
    return result;
}

bool is_slash(char c) {
    return c == '/' || c == '\\';
}

/// Whether a browser, or a proxy that decodes, stays on this host: "//evil.example" would be another one's root.
bool stays_here(std::string_view path) {
    const auto decoded = http::percent_decode(path);
    if (!decoded || path.empty() || path.front() != '/') return false;
    // Browsers leave tabs and line breaks out before they look.
    std::string seen;
    for (const char c : *decoded) {
        if (static_cast<unsigned char>(c) > ' ') seen += c;
        if (seen.size() == 2) break;
    }
    return seen.size() < 2 || !is_slash(seen[1]);
}

bool has_route(const Router& router, std::string_view method, std::string_view path) {
    const std::string allowed = router.allowed_methods(path);
    if (allowed.empty()) return false;
    for (const std::string_view one : split(allowed, ',')) {
        if (one == method || one == "*") return true;
    }
    return false;
}

/// Where a request that no route takes should have gone; "" if there is no such place.
std::string better_target(const Request& request,
                          const Router& router,
                          const NormalizePath& options) {
    const std::string_view path = request.raw_path();
    if (has_route(router, request.method_name(), path)) return "";  // it was the handler's answer
    for (std::string& candidate : options.candidates(path)) {
        if (!has_route(router, request.method_name(), candidate)) continue;
        if (!request.query_string().empty()) candidate.append("?").append(request.query_string());
        return std::move(candidate);
    }
    return "";
}

Task<Response> run(const NormalizePath& options, Request& request, Next next) {
    const Router& router = request.app().router();
    std::exception_ptr failure;
    http::Status status = http::Status::Ok;
    try {
        co_return co_await next(request);
    } catch (const HTTPException& outcome) {
        failure = std::current_exception();
        status = outcome.status();
    }
    if (status == http::Status::NotFound || status == http::Status::MethodNotAllowed) {
        const std::string target = better_target(request, router, options);
        if (!target.empty()) co_return redirect(target, options.status());
    }
    std::rethrow_exception(failure);
}

}  // namespace

std::vector<std::string> NormalizePath::candidates(std::string_view path) const {
    std::vector<std::string> found;
    const auto add = [&](std::string candidate) {
        // Several slashes at the beginning are never kept: they would name a host.
        const std::size_t begin = std::min(candidate.find_first_not_of('/'), candidate.size());
        if (begin > 1) candidate.erase(0, begin - 1);
        const bool is_new =
            candidate != path && std::find(found.begin(), found.end(), candidate) == found.end();
        if (is_new && stays_here(candidate)) found.push_back(std::move(candidate));
    };
    const auto add_with_slash_changed = [&](const std::string& from) {
        if (append_slash_ && !from.ends_with('/')) add(from + '/');
        if (remove_slash_ && from.size() > 1 && from.ends_with('/')) {
            add(from.substr(0, from.size() - 1));
        }
    };
    if (merge_slashes_) add(merged(path));
    add_with_slash_changed(std::string(path));
    if (merge_slashes_) add_with_slash_changed(merged(path));
    return found;
}

Middleware normalize_path(NormalizePath options) {
    if (options.appends_slash() && options.removes_slash()) {
        throw std::invalid_argument("normalize_path: slashes are either appended or removed");
    }
    const int status = options.status();
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
        throw std::invalid_argument("normalize_path: " + std::to_string(status) +
                                    " does not redirect");
    }
    return [options](Request& request, Next next) { return run(options, request, next); };
}

}  // namespace indrik::web
