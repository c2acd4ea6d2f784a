#pragma once
// Described types that the tests of several files read and write.

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "indrik/core/uuid.hpp"
#include "indrik/json/describe.hpp"
#include "indrik/json/value.hpp"

namespace indrik::json::test {

enum class Colour { red, green, blue };
INDRIK_DESCRIBE_ENUM(Colour, red, green, blue)

struct Tag {
    std::string name;
    int weight = 1;
    bool operator==(const Tag&) const = default;
};
INDRIK_DESCRIBE(Tag, name, weight)

struct Project {
    int id = 0;
    std::string title;
    std::optional<std::string> note;
    std::vector<Tag> tags;
    bool operator==(const Project&) const = default;
};
INDRIK_DESCRIBE(Project, id, title, note, tags)

struct Empty {
    bool operator==(const Empty&) const = default;
};
BOOST_DESCRIBE_STRUCT(Empty, (), ())

struct Base {
    int base = 1;
    bool operator==(const Base&) const = default;
};
INDRIK_DESCRIBE(Base, base)
struct Derived : Base {
    int own = 2;
    bool operator==(const Derived&) const = default;
};
BOOST_DESCRIBE_STRUCT(Derived, (Base), (own))

/// Every form there is.
struct Everything {
    bool flag = false;
    std::int8_t tiny = 0;
    std::uint64_t huge = 0;
    double real = 0;
    float small = 0;
    Colour colour = Colour::red;
    std::chrono::sys_seconds time{};
    UUID id;
    std::array<int, 2> two{};
    std::pair<std::string, bool> pair;
    std::tuple<int, std::string, Tag> three;
    std::set<std::string> names;
    std::list<double> numbers;
    std::vector<bool> bits;
    std::map<std::string, Tag> tags;
    std::unordered_map<std::string, int> counts;
    std::variant<std::monostate, int, std::string, Tag, Base> any;
    std::optional<std::vector<std::optional<int>>> maybe;
    Value value;
    bool operator==(const Everything&) const = default;
};
INDRIK_DESCRIBE(Everything,
                flag,
                tiny,
                huge,
                real,
                small,
                colour,
                time,
                id,
                two,
                pair,
                three,
                names,
                numbers,
                bits,
                tags,
                counts,
                any,
                maybe,
                value)

/// A tree: alternatives at every level.
struct Node {
    std::vector<std::variant<Tag, Node>> children;
};
INDRIK_DESCRIBE(Node, children)

struct Tolerant {
    static constexpr StructOptions json_options = StructOptions().keep_defaults().omit_empty();
    int page = 7;
    std::optional<int> size = 3;
    std::string order = "name";
    std::vector<int> list = {1, 2};
};
INDRIK_DESCRIBE(Tolerant, page, size, order, list)

struct Strict {
    static constexpr StructOptions json_options = StructOptions().refuse_unknown();
    int a = 0;
};
INDRIK_DESCRIBE(Strict, a)

}  // namespace indrik::json::test
