#include "indrik/json/value.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace indrik::json {

Result<Value> parse(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = kMaxDepth;
    boost::json::error_code error;
    Value value = boost::json::parse({text.data(), text.size()}, error, {}, options);
    if (error) return std::error_code(error);
    return value;
}

std::string serialize(const Value& value) {
    return boost::json::serialize(value);
}

}  // namespace indrik::json
