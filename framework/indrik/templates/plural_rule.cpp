#include "indrik/templates/plural_rule.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <utility>

namespace indrik::templates {

/// A descent through the precedences of C, from `?:` down.
class PluralParser {
public:
    using Operation = PluralRule::Operation;

    PluralParser(std::string_view text, PluralRule& rule) : rest_(text), rule_(rule) {}

    void parse_all() {
        const std::size_t root = parse_choice();
        take(";");
        if (!rest_.empty()) refuse();
        (void)root;  // what is made last is the whole
    }

private:
    static constexpr std::size_t kMaxNodes = 200;
    static constexpr int kMaxDepth = 50;

    [[noreturn]] void refuse() const {
        throw std::invalid_argument("the rule for plurals cannot be read at '" +
                                    std::string(rest_.substr(0, 20)) + "'");
    }
    void skip_blanks() {
        while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t'))
            rest_.remove_prefix(1);
    }
    bool take(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        skip_blanks();
        return true;
    }
    std::size_t add(Operation operation, std::size_t a = 0, std::size_t b = 0, std::size_t c = 0) {
        if (rule_.nodes_.size() == kMaxNodes) refuse();
        rule_.nodes_.push_back({operation, 0, {a, b, c}});
        return rule_.nodes_.size() - 1;
    }

    std::size_t parse_choice() {
        if (++depth_ > kMaxDepth) refuse();
        std::size_t result = parse_binary(0);
        if (take("?")) {
            const std::size_t then = parse_choice();
            if (!take(":")) refuse();
            result = add(Operation::Choose, result, then, parse_choice());
        }
        --depth_;
        return result;
    }
    std::size_t parse_binary(std::size_t level) {
        struct Operator {
            std::string_view word;
            Operation operation;
        };
        static const std::vector<std::vector<Operator>> kLevels = {
            {{"||", Operation::Or}},
            {{"&&", Operation::And}},
            {{"==", Operation::Equal}, {"!=", Operation::Unequal}},
            {{"<=", Operation::LessEqual},
             {">=", Operation::GreaterEqual},
             {"<", Operation::Less},
             {">", Operation::Greater}},
            {{"+", Operation::Add}, {"-", Operation::Subtract}},
            {{"*", Operation::Multiply}, {"/", Operation::Divide}, {"%", Operation::Modulo}}};
        if (level == kLevels.size()) return parse_unary();
        std::size_t left = parse_binary(level + 1);
        for (bool is_found = true; is_found;) {
            is_found = false;
            for (const auto& [word, operation] : kLevels[level]) {
                if (!take(word)) continue;
                left = add(operation, left, parse_binary(level + 1));
                is_found = true;
                break;
            }
        }
        return left;
    }
    std::size_t parse_unary() {
        if (++depth_ > kMaxDepth) refuse();
        std::size_t result = 0;
        if (take("!")) {
            result = add(Operation::Not, parse_unary());
        } else if (take("(")) {
            result = parse_choice();
            if (!take(")")) refuse();
        } else if (take("n")) {
            result = add(Operation::Count);
        } else {
            std::uint64_t number = 0;
            const auto [end, error] =
                std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
            if (error != std::errc()) refuse();
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            result = add(Operation::Number);
            rule_.nodes_.back().number = number;
        }
        --depth_;
        return result;
    }

    std::string_view rest_;
    PluralRule& rule_;
    int depth_ = 0;
};

PluralRule PluralRule::parse(std::string_view text) {
    constexpr std::string_view kForms = "nplurals=";
    constexpr std::string_view kPlural = "plural=";
    const auto refuse = [text] {
        throw std::invalid_argument("'" + std::string(text) + "' is no rule for plurals");
    };
    PluralRule rule;
    const std::size_t forms = text.find(kForms);
    const std::size_t semicolon = text.find(';', forms);
    if (forms == std::string_view::npos || semicolon == std::string_view::npos) refuse();
    const char* const number = text.data() + forms + kForms.size();
    const auto [end, error] = std::from_chars(number, text.data() + semicolon, rule.forms_);
    constexpr std::size_t kMostForms = 20;
    if (error != std::errc() || rule.forms_ == 0 || rule.forms_ > kMostForms) refuse();
    std::string_view rest = text.substr(semicolon + 1);
    const std::size_t plural = rest.find(kPlural);
    if (plural == std::string_view::npos) refuse();
    PluralParser(rest.substr(plural + kPlural.size()), rule).parse_all();
    return rule;
}

std::optional<std::size_t> PluralRule::form(std::uint64_t n) const {
    if (nodes_.empty()) return n == 1 ? 0 : 1;
    const auto value = evaluate(nodes_.size() - 1, n);
    if (!value || *value >= forms_) return std::nullopt;
    return static_cast<std::size_t>(*value);
}

std::optional<std::uint64_t> PluralRule::evaluate(std::size_t index, std::uint64_t n) const {
    const Node& node = nodes_[index];
    if (node.operation == Operation::Number) return node.number;
    if (node.operation == Operation::Count) return n;
    const auto first = evaluate(node.operands[0], n);
    if (!first) return std::nullopt;
    // These three leave out what is not needed.
    switch (node.operation) {
        case Operation::Not:
            return *first == 0 ? 1 : 0;
        case Operation::Choose:
            return evaluate(node.operands[*first != 0 ? 1 : 2], n);
        case Operation::Or:
            if (*first != 0) return 1;
            break;
        case Operation::And:
            if (*first == 0) return 0;
            break;
        default:
            break;
    }
    const auto second = evaluate(node.operands[1], n);
    if (!second) return std::nullopt;
    switch (node.operation) {
        case Operation::Or:
        case Operation::And:
            return *second != 0 ? 1 : 0;
        case Operation::Equal:
            return *first == *second ? 1 : 0;
        case Operation::Unequal:
            return *first != *second ? 1 : 0;
        case Operation::Less:
            return *first < *second ? 1 : 0;
        case Operation::Greater:
            return *first > *second ? 1 : 0;
        case Operation::LessEqual:
            return *first <= *second ? 1 : 0;
        case Operation::GreaterEqual:
            return *first >= *second ? 1 : 0;
        case Operation::Add:
            return *first + *second;
        case Operation::Subtract:
            return *first - *second;
        case Operation::Multiply:
            return *first * *second;
        case Operation::Divide:
            return *second == 0 ? std::nullopt : std::optional(*first / *second);
        case Operation::Modulo:
            return *second == 0 ? std::nullopt : std::optional(*first % *second);
        default:
            return std::nullopt;
    }
}

}  // namespace indrik::templates
