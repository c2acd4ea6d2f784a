#include "indrik/sessions/storage.hpp"

#include "indrik/core/crypto.hpp"
#include "indrik/core/encoding.hpp"

namespace indrik::sessions {
namespace {

constexpr std::size_t kIdentityBytes = 32;
constexpr std::size_t kIdentityCharacters = 43;

}  // namespace

void Storage::attach(web::Application&, const Options&) {}

std::string new_identity() {
    return base64url_encode(random_bytes(kIdentityBytes));
}

bool is_identity(std::string_view text) {
    return text.size() == kIdentityCharacters && base64url_decode(text).has_value();
}

}  // namespace indrik::sessions
