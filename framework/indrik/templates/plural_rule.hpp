#pragma once
// The rule of a language for its plurals, as catalogs write it: "nplurals=2; plural=(n != 1);", an expression of C.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace indrik::templates {

class PluralRule {
public:
    /// That of English and German: one thing is form 0, everything else form 1.
    PluralRule() = default;
    /// What stands behind "Plural-Forms:". Errors: std::invalid_argument.
    static PluralRule parse(std::string_view text);

    /// The form for `n` things, less than the number of forms; nothing for a rule that divides by zero or names a form beyond them.
    std::optional<std::size_t> form(std::uint64_t n) const;
    std::size_t forms() const { return forms_; }

private:
    friend class PluralParser;

    enum class Operation : std::uint8_t {
        Number,
        Count,
        Not,
        Or,
        And,
        Equal,
        Unequal,
        Less,
        Greater,
        LessEqual,
        GreaterEqual,
        Add,
        Subtract,
        Multiply,
        Divide,
        Modulo,
        Choose
    };
    /// Operands are nodes before it: at most three.
    struct Node {
        Operation operation;
        std::uint64_t number = 0;
        std::size_t operands[3] = {};
    };
    std::optional<std::uint64_t> evaluate(std::size_t node, std::uint64_t n) const;

    std::size_t forms_ = 2;
    std::vector<Node> nodes_;  // the last is the whole; none: the rule of English
};

}  // namespace indrik::templates
