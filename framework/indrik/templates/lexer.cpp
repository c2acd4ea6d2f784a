#include "indrik/templates/lexer.hpp"

#include <algorithm>
#include <tuple>

#include "indrik/templates/detail/unescape.hpp"
#include "indrik/templates/detail/unicode.hpp"
#include "indrik/templates/detail/utf8.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates {

namespace {

constexpr std::size_t kNone = std::string_view::npos;

constexpr std::string_view kDescriptions[] = {"+",
                                              "=",
                                              ":",
                                              ",",
                                              "/",
                                              ".",
                                              "==",
                                              "//",
                                              ">",
                                              ">=",
                                              "{",
                                              "[",
                                              "(",
                                              "<",
                                              "<=",
                                              "%",
                                              "*",
                                              "!=",
                                              "|",
                                              "**",
                                              "}",
                                              "]",
                                              ")",
                                              ";",
                                              "-",
                                              "~",
                                              "float",
                                              "integer",
                                              "name",
                                              "string",
                                              "begin of statement block",
                                              "end of statement block",
                                              "begin of print statement",
                                              "end of print statement",
                                              "template data / text",
                                              "end of template",
                                              "initial"};

int count_newlines(std::string_view text) {
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

/// Newlines of any kind become one kind.
std::string with_newlines(std::string_view text, std::string_view newline) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r') {
            if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
            result += newline;
        } else if (text[i] == '\n') {
            result += newline;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string_view strip_right(std::string_view text) {
    while (!text.empty()) {
        std::size_t end = text.size();
        if (!detail::is_space(detail::previous_point(text, end))) break;
        text = text.substr(0, end);
    }
    return text;
}

bool is_all_space(std::string_view text) {
    return !text.empty() && strip_right(text).empty();
}
}  // namespace

std::string_view describe(TokenType type) {
    return kDescriptions[static_cast<std::size_t>(type)];
}

std::string describe(const Token& token) {
    return token.type == TokenType::Name ? token.text : std::string(describe(token.type));
}

Lexer::Lexer(std::string_view source, const Syntax& syntax)
    : source_(with_newlines(source, "\n")), syntax_(syntax) {
    if (!syntax.keep_trailing_newline && source_.ends_with('\n')) source_.pop_back();
    rules_ = {{RuleKind::Variable, syntax.variable_start},
              {RuleKind::Comment, syntax.comment_start},
              {RuleKind::Block, syntax.block_start}};
    if (!syntax.line_statement_prefix.empty()) {
        rules_.push_back({RuleKind::LineStatement, syntax.line_statement_prefix});
    }
    if (!syntax.line_comment_prefix.empty()) {
        rules_.push_back({RuleKind::LineComment, syntax.line_comment_prefix});
    }
    // The longer first; among equals Jinja2's order by name, descending.
    const auto rank = [](const RootRule& rule) {
        constexpr int kByName[] = {0, 2, 1, 5, 4, 3};
        return std::tuple(rule.start.size(), kByName[static_cast<std::size_t>(rule.kind)]);
    };
    std::sort(rules_.begin(), rules_.end(), [&](const RootRule& a, const RootRule& b) {
        return rank(a) > rank(b);
    });
}

bool Lexer::next(Token& token) {
    while (pending_.empty()) {
        if (is_done_) return false;
        switch (states_.back()) {
            case State::Root:
                lex_root();
                break;
            case State::Comment:
                lex_comment();
                break;
            case State::Raw:
                lex_raw();
                break;
            case State::LineComment:
                lex_line_comment();
                break;
            default:
                lex_tag();
                break;
        }
    }
    token = std::move(pending_.front());
    pending_.pop_front();
    return true;
}

void Lexer::emit(TokenType type, std::string text) {
    Token token;
    token.line = line_;
    token.type = type;
    token.text = std::move(text);
    pending_.push_back(std::move(token));
}

void Lexer::advance(std::size_t end) {
    const std::string_view passed = std::string_view(source_).substr(position_, end - position_);
    line_ += count_newlines(passed);
    is_line_start_ = !passed.empty() && passed.back() == '\n';
    position_ = end;
}

std::size_t Lexer::skip_space(std::size_t position) const {
    while (position < source_.size()) {
        std::size_t after = position;
        if (!detail::is_space(detail::next_point(source_, after))) break;
        position = after;
    }
    return position;
}

std::size_t Lexer::match_end(std::size_t position,
                             std::string_view end,
                             bool may_keep,
                             bool may_trim) const {
    const std::string_view rest = std::string_view(source_).substr(position);
    if (may_keep && rest.starts_with('+') && rest.substr(1).starts_with(end))
        return position + 1 + end.size();
    if (rest.starts_with('-') && rest.substr(1).starts_with(end))
        return skip_space(position + 1 + end.size());
    if (!rest.starts_with(end)) return kNone;
    position += end.size();
    if (may_trim && syntax_.trim_blocks && position < source_.size() && source_[position] == '\n')
        ++position;
    return position;
}

bool Lexer::match_raw_at(std::size_t position, RootMatch& match) const {
    std::size_t at = position + syntax_.block_start.size();
    char sign = 0;
    if (at < source_.size() && (source_[at] == '-' || source_[at] == '+')) sign = source_[at++];
    at = skip_space(at);
    if (std::string_view(source_).substr(at, 3) != "raw") return false;
    at = skip_space(at + 3);
    const std::size_t end = match_end(at, syntax_.block_end, false, false);
    if (end == kNone) return false;
    match = {RuleKind::Raw, position, end, sign};
    return true;
}

bool Lexer::match_root_at(std::size_t position, RootMatch& match) const {
    const std::string_view source = source_;
    if (source.substr(position).starts_with(syntax_.block_start) && match_raw_at(position, match))
        return true;
    const bool is_line_start = position == 0 || source[position - 1] == '\n';
    for (const RootRule& rule : rules_) {
        std::size_t at = position;
        if (rule.kind == RuleKind::LineStatement) {
            if (!is_line_start) continue;
            at = std::min(source.find_first_not_of(" \t\v", at), source.size());
        } else if (rule.kind == RuleKind::LineComment) {
            std::size_t before = position;
            if (!is_line_start && detail::is_space(detail::previous_point(source, before)))
                continue;
            while (at < source.size() && source[at] != '\n' && source[at] != '\r' &&
                   skip_space(at) != at) {
                detail::next_point(source, at);
            }
        }
        if (!source.substr(at).starts_with(rule.start)) continue;
        at += rule.start.size();
        char sign = 0;
        if (at < source.size() && (source[at] == '-' || source[at] == '+')) sign = source[at++];
        match = {rule.kind, position, at, sign};
        return true;
    }
    return false;
}

void Lexer::emit_data(std::size_t begin, std::size_t end, char sign, bool is_variable) {
    std::string_view text = std::string_view(source_).substr(begin, end - begin);
    if (sign == '-') {
        text = strip_right(text);
    } else if (sign != '+' && syntax_.lstrip_blocks && !is_variable) {
        const std::size_t newline = text.rfind('\n');
        const std::size_t line_begin = newline == kNone ? 0 : newline + 1;
        if ((line_begin > 0 || is_line_start_) && is_all_space(text.substr(line_begin))) {
            text = text.substr(0, line_begin);
        }
    }
    if (!text.empty()) emit(TokenType::Data, with_newlines(text, syntax_.newline_sequence));
    advance(end);
}

void Lexer::lex_root() {
    if (position_ >= source_.size()) {
        is_done_ = true;
        return;
    }
    RootMatch match{};
    std::size_t at = position_;
    // Without line prefixes only the first characters of the delimiters can begin a tag.
    const bool has_lines = rules_.size() > 3;
    const std::string firsts{
        syntax_.block_start[0], syntax_.variable_start[0], syntax_.comment_start[0]};
    for (;; ++at) {
        if (!has_lines) at = source_.find_first_of(firsts, at);
        if (at == kNone || at >= source_.size()) {
            emit(TokenType::Data,
                 with_newlines(std::string_view(source_).substr(position_),
                               syntax_.newline_sequence));
            advance(source_.size());
            return;
        }
        if (match_root_at(at, match)) break;
    }
    emit_data(position_, match.begin, match.sign, match.kind == RuleKind::Variable);
    switch (match.kind) {
        case RuleKind::Raw:
            push(State::Raw);
            break;
        case RuleKind::Comment:
            push(State::Comment);
            break;
        case RuleKind::LineComment:
            push(State::LineComment);
            break;
        case RuleKind::Variable:
            emit(TokenType::VariableBegin);
            push(State::Variable);
            break;
        default:
            emit(TokenType::BlockBegin);
            push(match.kind == RuleKind::Block ? State::Block : State::LineStatement);
            break;
    }
    advance(match.end);
}

void Lexer::lex_comment() {
    for (std::size_t at = position_; at < source_.size(); ++at) {
        const std::size_t end = match_end(at, syntax_.comment_end, true, true);
        if (end == kNone) continue;
        advance(end);
        states_.pop_back();
        return;
    }
    if (position_ < source_.size()) fail(ErrorKind::Syntax, "Missing end of comment tag");
    is_done_ = true;
}

void Lexer::lex_line_comment() {
    advance(std::min(source_.find('\n', position_), source_.size()));
    states_.pop_back();
}

void Lexer::lex_raw() {
    const std::string_view source = source_;
    for (std::size_t at = source.find(syntax_.block_start, position_); at != kNone;
         at = source.find(syntax_.block_start, at + 1)) {
        std::size_t inner = at + syntax_.block_start.size();
        char sign = 0;
        if (inner < source.size() && (source[inner] == '-' || source[inner] == '+'))
            sign = source[inner++];
        inner = skip_space(inner);
        if (source.substr(inner, 6) != "endraw") continue;
        const std::size_t end = match_end(skip_space(inner + 6), syntax_.block_end, true, true);
        if (end == kNone) continue;
        emit_data(position_, at, sign, false);
        advance(end);
        states_.pop_back();
        return;
    }
    if (position_ < source_.size()) fail(ErrorKind::Syntax, "Missing end of raw directive");
    is_done_ = true;
}

std::size_t Lexer::match_line_statement_end() const {
    const std::size_t end = skip_space(position_);
    if (end >= source_.size()) return source_.size();
    const std::size_t newline = std::string_view(source_).substr(0, end).rfind('\n');
    return newline == kNone || newline < position_ ? kNone : newline + 1;
}

void Lexer::lex_tag() {
    const State state = states_.back();
    if (balancing_.empty()) {
        std::size_t end = kNone;
        if (state == State::Variable)
            end = match_end(position_, syntax_.variable_end, false, false);
        if (state == State::Block) end = match_end(position_, syntax_.block_end, true, true);
        if (state == State::LineStatement) end = match_line_statement_end();
        if (end != kNone) {
            emit(state == State::Variable ? TokenType::VariableEnd : TokenType::BlockEnd);
            advance(end);
            states_.pop_back();
            return;
        }
    }
    if (position_ >= source_.size()) {
        is_done_ = true;
        return;
    }
    const std::size_t after_space = skip_space(position_);
    if (after_space != position_) {
        advance(after_space);
        return;
    }
    if (lex_number() || lex_name() || lex_string() || lex_operator()) return;
    std::size_t after = position_;
    detail::next_point(source_, after);
    std::string character;
    append_string_repr(character, std::string_view(source_).substr(position_, after - position_));
    fail(ErrorKind::Syntax,
         "unexpected char " + character + " at " +
             std::to_string(detail::count_points(std::string_view(source_).substr(0, position_))));
}

bool Lexer::lex_number() {
    const std::string_view source = source_;
    const std::size_t number_end = detail::match_number(source, position_);
    if (number_end == kNone) return false;
    const std::string_view text = source.substr(position_, number_end - position_);
    Token token;
    token.line = line_;
    token.number = detail::parse_number(text);
    token.type = token.number.is(Kind::Float) ? TokenType::Float : TokenType::Integer;
    pending_.push_back(std::move(token));
    advance(number_end);
    return true;
}

bool Lexer::lex_name() {
    std::size_t end = position_;
    bool is_identifier = true;
    while (end < source_.size()) {
        std::size_t after = end;
        const char32_t c = detail::next_point(source_, after);
        if (c < 0x80 ? !(c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                         (c >= 'a' && c <= 'z'))
                     : !detail::is_word(c) && !detail::is_identifier_rest(c)) {
            break;
        }
        const bool fits =
            end == position_ ? detail::is_identifier_start(c) : detail::is_identifier_rest(c);
        is_identifier = is_identifier && fits;
        end = after;
    }
    if (end == position_) return false;
    if (!is_identifier) fail(ErrorKind::Syntax, "Invalid character in identifier");
    emit(TokenType::Name, source_.substr(position_, end - position_));
    advance(end);
    return true;
}

bool Lexer::lex_string() {
    const char quote = source_[position_];
    if (quote != '\'' && quote != '"') return false;
    std::size_t end = position_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) return false;
    const std::string_view inner =
        std::string_view(source_).substr(position_ + 1, end - position_ - 1);
    emit(TokenType::String,
         detail::unescape_string(with_newlines(inner, syntax_.newline_sequence)));
    advance(end + 1);
    return true;
}

bool Lexer::lex_operator() {
    const std::string_view rest = std::string_view(source_).substr(position_);
    constexpr std::size_t kOperators = 26;
    std::size_t best = kNone;
    for (std::size_t i = 0; i < kOperators; ++i) {
        const bool is_longer =
            best == kNone || kDescriptions[i].size() > kDescriptions[best].size();
        if (is_longer && rest.starts_with(kDescriptions[i])) best = i;
    }
    if (best == kNone) return false;
    const std::string_view text = kDescriptions[best];
    constexpr std::string_view kOpening = "{([";
    constexpr std::string_view kClosing = "})]";
    if (const std::size_t opened = kOpening.find(text); opened != kNone) {
        balancing_ += kClosing[opened];
    } else if (kClosing.find(text) != kNone) {
        if (balancing_.empty()) fail(ErrorKind::Syntax, "unexpected '" + std::string(text) + "'");
        const char expected = balancing_.back();
        balancing_.pop_back();
        if (expected != text[0]) {
            fail(ErrorKind::Syntax,
                 "unexpected '" + std::string(text) + "', expected '" + expected + "'");
        }
    }
    emit(static_cast<TokenType>(best));
    advance(position_ + text.size());
    return true;
}

}  // namespace indrik::templates
