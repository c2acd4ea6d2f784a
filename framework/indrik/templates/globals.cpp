// range, dict, cycler, joiner, namespace, lipsum.
#include <random>

#include "indrik/templates/detail/tables.hpp"
#include "indrik/templates/dict.hpp"
#include "indrik/templates/operations.hpp"
#include "indrik/templates/printing.hpp"

namespace indrik::templates::detail {

namespace {

/// A global function: a Builtin without a value that it belongs to.
class GlobalFunction final : public Object {
public:
    explicit GlobalFunction(const Builtin& builtin) : builtin_(builtin) {}
    std::string_view type_name() const override { return "function"; }
    bool is_callable() const override { return true; }
    Value call(const Arguments& arguments) override {
        return call_builtin(builtin_, Value(), arguments, *arguments.runtime);
    }
    std::string repr() override { return "<function " + std::string(builtin_.name) + ">"; }

private:
    const Builtin& builtin_;
};

Value make_range(Call& call) {
    if (!call.has(1)) return make_object<Range>(0, to_index(call[0]), 1);
    return make_object<Range>(to_index(call[0]), to_index(call[1]), call.integer(2, 1));
}

Dict make_entries(Call& call) {
    Dict dict;
    if (call.has(0)) {
        refuse_undefined(call[0]);
        if (call[0].is(Kind::Dict)) {
            for (const Dict::Entry& entry : call[0].dictionary().entries())
                dict.set(entry.key, entry.value);
        } else {
            for (const Value& item : collect(call[0], call.runtime)) {
                const Values pair = collect(item, call.runtime);
                if (pair.size() != 2)
                    fail(ErrorKind::Value,
                         "dictionary update sequence element has a wrong length; 2 is required");
                dict.set(pair[0], pair[1]);
            }
        }
    }
    for (const Keyword& keyword : call.keywords) dict.set(keyword.name, keyword.value);
    return dict;
}

Value make_dict(Call& call) {
    return Value::dict(make_entries(call));
}

Value make_namespace(Call& call) {
    Value value = make_object<Namespace>();
    value.as<Namespace>()->attributes() = make_entries(call);
    call.runtime.track(value);
    return value;
}

class Cycler final : public Object {
public:
    explicit Cycler(Values items) : items_(std::move(items)) {}
    std::string_view type_name() const override { return "jinja2.utils.Cycler"; }
    Value attribute(std::string_view name) override;
    Value next() {
        Value item = items_[position_];
        position_ = (position_ + 1) % items_.size();
        return item;
    }
    void reset() { position_ = 0; }

private:
    Values items_;
    std::size_t position_ = 0;
};

Value cycler_next(Call& call) {
    return call.self.as<Cycler>()->next();
}
Value cycler_reset(Call& call) {
    call.self.as<Cycler>()->reset();
    return {};
}
constexpr Builtin kNext{"next", "", cycler_next};
constexpr Builtin kReset{"reset", "", cycler_reset};

Value Cycler::attribute(std::string_view name) {
    if (name == "current") return items_[position_];
    if (name == "pos") return position_;
    if (name == "items") return Value::tuple(items_);
    if (name != "next" && name != "reset") return Value::missing();
    ++references;
    return bind_method(name == "next" ? kNext : kReset, Value::object(this));
}

Value make_cycler(Call& call) {
    if (call.rest.empty()) fail(ErrorKind::State, "at least one item has to be provided");
    return make_object<Cycler>(Values(call.rest.begin(), call.rest.end()));
}

class Joiner final : public Object {
public:
    explicit Joiner(Value separator) : separator_(std::move(separator)) {}
    std::string_view type_name() const override { return "jinja2.utils.Joiner"; }
    bool is_callable() const override { return true; }
    Value call(const Arguments&) override {
        return std::exchange(is_used_, true) ? separator_ : Value("");
    }
    Value attribute(std::string_view name) override {
        return name == "sep" ? separator_ : name == "used" ? Value(is_used_) : Value::missing();
    }

private:
    Value separator_;
    bool is_used_ = false;
};

Value make_joiner(Call& call) {
    return make_object<Joiner>(call.has(0) ? call[0] : Value(", "));
}

constexpr std::string_view kWords[] = {
    "lorem",    "ipsum",   "dolor",    "sit",  "amet",    "consectetuer", "adipiscing", "elit",
    "ad",       "aenean",  "aliquam",  "ante", "arcu",    "at",           "auctor",     "augue",
    "bibendum", "blandit", "congue",   "cras", "cubilia", "cum",          "dapibus",    "diam",
    "dictum",   "dis",     "donec",    "dui",  "duis",    "egestas",      "eget",       "enim",
    "erat",     "eros",    "est",      "et",   "etiam",   "eu",           "fames",      "felis",
    "fusce",    "gravida", "habitant", "hac",  "iaculis", "id",           "in",         "integer",
    "justo",    "lacus",   "lectus",   "leo",  "libero",  "ligula",       "magna",      "massa",
    "mattis",   "mauris",  "metus",    "mi",   "morbi",   "nam",          "nec"};

std::string make_paragraph(std::mt19937& random, std::int64_t words) {
    const auto between = [&](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high - 1)(random);
    };
    std::string text;
    std::size_t last = std::size(kWords);
    std::int64_t last_comma = 0;
    std::int64_t last_stop = 0;
    bool is_capital = true;
    for (std::int64_t i = 0; i < words; ++i) {
        std::size_t index = last;
        while (index == last)
            index =
                static_cast<std::size_t>(between(0, static_cast<std::int64_t>(std::size(kWords))));
        last = index;
        std::string word(kWords[index]);
        if (is_capital) word[0] = static_cast<char>(word[0] - 32);
        is_capital = false;
        if (i - between(3, 8) > last_comma) {
            last_comma = i;
            last_stop += 2;
            word += ',';
        }
        if (i - between(10, 20) > last_stop) {
            last_comma = last_stop = i;
            word += '.';
            is_capital = true;
        }
        text += (text.empty() ? "" : " ") + word;
    }
    if (text.ends_with(','))
        text.back() = '.';
    else if (!text.ends_with('.'))
        text += '.';
    return text;
}

Value make_lipsum(Call& call) {
    const bool is_html = call.flag(1, true);
    const std::int64_t low = call.integer(2, 20);
    const std::int64_t high = call.integer(3, 100);
    if (low >= high) fail(ErrorKind::Value, "empty range for randrange()");
    std::mt19937 random(std::random_device{}());
    std::string text;
    for (std::int64_t i = 0; i < call.integer(0, 5); ++i) {
        if (i > 0) text += is_html ? "\n" : "\n\n";
        const std::int64_t words =
            std::uniform_int_distribution<std::int64_t>(low, high - 1)(random);
        call.runtime.step(static_cast<std::uint64_t>(std::max<std::int64_t>(0, words)));
        call.runtime.check_bytes(text.size());
        text += (is_html ? "<p>" : "") + make_paragraph(random, words) + (is_html ? "</p>" : "");
    }
    return is_html ? Value::markup(text) : Value(text);
}

constexpr Builtin kGlobals[] = {
    {"cycler", "*", make_cycler},
    {"dict", "mapping= **", make_dict},
    {"joiner", "sep=", make_joiner},
    {"lipsum", "n= html= min= max=", make_lipsum},
    {"namespace", "mapping= **", make_namespace},
    {"range", "start stop= step=", make_range},
};

}  // namespace

void add_globals(Dict& globals) {
    for (const Builtin& builtin : kGlobals)
        globals.set(Value(builtin.name), make_object<GlobalFunction>(builtin));
}

}  // namespace indrik::templates::detail
