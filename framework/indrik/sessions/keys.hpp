#pragma once
// The keys of cookies: the first makes them, all are tried on those that come.
//
//   sessions::encrypted_cookie(key)                       // one
//   sessions::encrypted_cookie({new_key, old_key})        // for as long as cookies of the old one live: see Options::max_age
//
// A key is 32 random bytes, written as Base64 (`openssl rand -base64 32`), as 64 hexadecimal digits, or as they are.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace indrik::sessions {

/// The bytes of a key. Errors: std::invalid_argument that says what is wrong with it, and never what it is.
std::string parse_key(std::string_view text);
/// A new key, as Base64.
std::string generate_key();

/// One or more of them.
class Keys {
public:
    // NOLINTBEGIN(google-explicit-constructor): a key is a list of one
    Keys(std::string_view key) : Keys({std::string(key)}) {}
    Keys(const std::string& key) : Keys({key}) {}
    /// Errors: std::invalid_argument for null, too: what std::getenv says of a variable that is not set.
    Keys(const char* key);
    Keys(std::initializer_list<std::string> keys) : Keys(std::vector<std::string>(keys)) {}
    /// Errors: as parse_key(); std::invalid_argument for none.
    Keys(const std::vector<std::string>& keys);
    // NOLINTEND(google-explicit-constructor)

    /// 32 bytes each.
    const std::vector<std::string>& bytes() const { return bytes_; }

private:
    std::vector<std::string> bytes_;
};

}  // namespace indrik::sessions
