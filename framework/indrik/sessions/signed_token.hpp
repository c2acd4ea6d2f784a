#pragma once
// Tokens that everybody can read and nobody can change, bound to the name of their cookie:
//
//   <Base64 of the text, URL alphabet, no padding>.<seconds since 1970>.<Base64 of HMAC-SHA256>
//
// A page's script reads it with: JSON.parse(atob(value.split(".")[0].replace(/-/g, "+").replace(/_/g, "/"))).session

#include <string>
#include <string_view>
#include <vector>

#include "indrik/core/crypto.hpp"
#include "indrik/sessions/keys.hpp"
#include "indrik/sessions/token.hpp"

namespace indrik::sessions {

class SignedToken final : public TokenFormat {
public:
    explicit SignedToken(const Keys& keys);

    std::string seal(std::string_view name, Time time, std::string_view text) override;
    Load open(std::string_view name,
              std::string_view token,
              Time& time,
              std::string& text) override;

private:
    std::vector<KeyedDigest> keys_;
};

}  // namespace indrik::sessions
