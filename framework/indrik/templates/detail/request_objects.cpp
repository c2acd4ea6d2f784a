#include "indrik/templates/detail/request_objects.hpp"

#include <string>
#include <utility>
#include <vector>

#include "indrik/http/cookies.hpp"
#include "indrik/http/url.hpp"
#include "indrik/templates/errors.hpp"
#include "indrik/templates/printing.hpp"
#include "indrik/web/request.hpp"

namespace indrik::templates::detail {

namespace {

using Pair = std::pair<std::string, std::string>;

/// Names with texts, of which each may stand several times: fields, parameters, cookies.
class Fields final : public Object {
public:
    Fields(std::vector<Pair> pairs, bool regards_case)
        : pairs_(std::move(pairs)), regards_case_(regards_case) {}

    std::string_view type_name() const override { return "Fields"; }
    bool is_mapping() const override { return true; }
    std::optional<std::size_t> length() override { return pairs_.size(); }
    Value item(const Value& key) override {
        const std::string* found = key.is_string() ? find(key.string()) : nullptr;
        return found ? Value(*found) : Value::missing();
    }
    std::optional<bool> contains(const Value& key) override {
        return key.is_string() && find(key.string());
    }
    std::unique_ptr<Iterator> iterate() override {
        const Value names = list([](const Pair& pair) { return Value(pair.first); });
        return std::make_unique<Names>(names);
    }
    Value attribute(std::string_view name) override {
        if (name == "get") return method(&Fields::get, "get");
        if (name == "getall") return method(&Fields::get_all, "getall");
        if (name == "keys") return method(&Fields::keys, "keys");
        if (name == "values") return method(&Fields::values, "values");
        if (name == "items") return method(&Fields::items, "items");
        return Value::missing();
    }

private:
    class Names final : public Iterator {
    public:
        explicit Names(Value names) : names_(std::move(names)) {}
        bool next(Value& item) override {
            if (next_ == names_.items().size()) return false;
            item = names_.items()[next_++];
            return true;
        }

    private:
        Value names_;
        std::size_t next_ = 0;
    };

    static bool same_letters(std::string_view left, std::string_view right) {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        };
        if (left.size() != right.size()) return false;
        for (std::size_t i = 0; i < left.size(); ++i) {
            if (lower(left[i]) != lower(right[i])) return false;
        }
        return true;
    }
    bool is_same(std::string_view left, std::string_view right) const {
        return regards_case_ ? left == right : same_letters(left, right);
    }
    const std::string* find(std::string_view name) const {
        for (const auto& [known, value] : pairs_) {
            if (is_same(known, name)) return &value;
        }
        return nullptr;
    }
    template <class Function>
    Value list(Function function) const {
        Values values;
        for (const Pair& pair : pairs_) values.push_back(function(pair));
        return Value::list(std::move(values));
    }
    Value method(Value (Fields::*body)(const Arguments&) const, std::string name) {
        ++references;
        const Value self = Value::object(this);
        return function(
            [self, body](const Arguments& arguments) {
                return (static_cast<const Fields&>(self.object()).*body)(arguments);
            },
            std::move(name));
    }
    static std::string name_of(const Arguments& arguments) {
        if (arguments.positional.empty() || !arguments.positional[0].is_string())
            fail(ErrorKind::Type, "the name of a field is expected");
        return std::string(arguments.positional[0].string());
    }

    Value get(const Arguments& arguments) const {
        if (const std::string* found = find(name_of(arguments))) return Value(*found);
        for (const Keyword& keyword : arguments.keywords) {
            if (keyword.name.string() == "default") return keyword.value;
        }
        return arguments.positional.size() > 1 ? arguments.positional[1] : Value();
    }
    Value get_all(const Arguments& arguments) const {
        const std::string name = name_of(arguments);
        Values values;
        for (const auto& [known, value] : pairs_) {
            if (is_same(known, name)) values.emplace_back(value);
        }
        return Value::list(std::move(values));
    }
    Value keys(const Arguments&) const {
        return list([](const Pair& pair) { return Value(pair.first); });
    }
    Value values(const Arguments&) const {
        return list([](const Pair& pair) { return Value(pair.second); });
    }
    Value items(const Arguments&) const {
        return list([](const Pair& pair) {
            return Value::tuple({Value(pair.first), Value(pair.second)});
        });
    }

    std::vector<Pair> pairs_;
    bool regards_case_;
};

template <class Range>
Value fields(const Range& range, bool regards_case = true) {
    std::vector<Pair> pairs;
    for (const auto& [name, value] : range) pairs.emplace_back(name, value);
    return make_object<Fields>(std::move(pairs), regards_case);
}

class RequestObject final : public Object {
public:
    explicit RequestObject(std::shared_ptr<const CurrentRequest> current)
        : current_(std::move(current)) {}

    std::string_view type_name() const override { return "Request"; }
    Value attribute(std::string_view name) override {
        if (!current_->request) return Value::missing();
        const web::Request& request = *current_->request;
        if (const Value text = text_attribute(request, name); !text.is_missing()) return text;
        if (name == "secure") return request.is_secure();
        if (name == "query") return fields(request.query());
        if (name == "cookies") return fields(request.cookies());
        if (name == "match_info") return fields(request.match_info());
        if (name != "headers") return Value::missing();
        std::vector<Pair> pairs;
        for (const auto field : request.headers()) pairs.emplace_back(field.name, field.value);
        return make_object<Fields>(std::move(pairs), false);
    }

private:
    static Value text_attribute(const web::Request& request, std::string_view name) {
        if (name == "method") return request.method_name();
        if (name == "path") return request.path();
        if (name == "raw_path" || name == "path_qs") return request.target();
        if (name == "query_string") return request.query_string();
        if (name == "scheme") return request.scheme();
        if (name == "host") return request.host();
        if (name == "url") return request.url();
        if (name == "remote") return request.remote();
        if (name == "content_type") return request.content_type();
        return Value::missing();
    }

    std::shared_ptr<const CurrentRequest> current_;
};

}  // namespace

Value request_object(std::shared_ptr<const CurrentRequest> current) {
    return make_object<RequestObject>(std::move(current));
}

}  // namespace indrik::templates::detail
