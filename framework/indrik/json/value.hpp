#pragma once
// JSON values: Boost.JSON's types under the house's names, and text to value and back (RFC 8259).
//
//   json::Value answer = {{"name", "Indrik"}, {"legs", 4}};
//   std::string text = json::serialize(answer);
//   Result<json::Value> parsed = json::parse(text);

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "indrik/core/result.hpp"

namespace indrik::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;
using String = boost::json::string;

inline constexpr std::size_t kMaxDepth = 64;

/// The value of a whole text. Errors: those of Boost.JSON (boost::json::error), too_deep beyond kMaxDepth among them.
Result<Value> parse(std::string_view text);
std::string serialize(const Value& value);

}  // namespace indrik::json
