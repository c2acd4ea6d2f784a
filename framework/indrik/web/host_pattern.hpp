#pragma once
// Names of hosts, for add_domain and routes of one host: "api.example.com", "*.example.com", "localhost:8080".

#include <string>
#include <string_view>

namespace indrik::web {

/// A host, perhaps with '*' for one or more characters, perhaps with a port. Value type.
class HostPattern {
public:
    /// Errors: std::invalid_argument that says what is wrong with the text.
    explicit HostPattern(std::string_view text);

    /// In lower case.
    const std::string& text() const { return text_; }
    /// Whether the value of a Host field fits, without regard to case; without a port here any port does.
    bool matches(std::string_view authority) const;

private:
    std::string text_;
    std::string host_;
    std::string port_;  // "" for any
};

}  // namespace indrik::web
