#include "indrik/web/middlewares/request_ids.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"

namespace indrik::web {
namespace {

const RequestKey<std::string> kRequestId{"request id"};
constexpr std::size_t kMaxIdBytes = 128;
constexpr std::size_t kRandomBytes = 16;

bool is_sane(std::string_view id) {
    constexpr std::string_view kMarks = "-._:/+=@";
    return !id.empty() && id.size() <= kMaxIdBytes &&
           std::all_of(id.begin(), id.end(), [&](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      kMarks.find(c) != std::string_view::npos;
           });
}

/// Fetches randomness for many ids at once. The first is fetched with the first request, so after the fork.
class IdSource {
public:
    std::string next() {
        if (used_ == bytes_.size()) {
            fill_random(bytes_);
            used_ = 0;
        }
        const std::string_view bytes(bytes_.data() + used_, kRandomBytes);
        used_ += kRandomBytes;
        return hex_encode(bytes);
    }

private:
    std::array<char, 64 * kRandomBytes> bytes_{};
    std::size_t used_ = bytes_.size();
};

}  // namespace

Middleware request_ids(RequestIds options) {
    http::Headers().set(options.header(), "probe");  // refuses what is no name
    return [options, source = std::make_shared<IdSource>()](Request& request, Next next) {
        const std::string_view sent = request.header(options.header());
        std::string id = options.accepts() && is_sane(sent) ? std::string(sent) : source->next();
        request.storage().emplace(kRequestId, std::move(id));
        request.on_response_prepare([&options](Request& answered, Response& response) {
            response.header(options.header(), request_id(answered));
        });
        return next(request);
    };
}

std::string_view request_id(const Request& request) {
    const std::string* const id = request.storage().find(kRequestId);
    return id != nullptr ? std::string_view(*id) : std::string_view();
}

}  // namespace indrik::web
