#pragma once
// Result<T>: the outcome of pure code, a value or a std::error_code. Parsers return it and never
// throw.
//
//   Result<int> parse(std::string_view text);
//   auto parsed = parse("12");
//   if (!parsed) return parsed.error();
//   use(*parsed);                                  // .value() throws std::system_error instead

#include <system_error>

#include <boost/system/result.hpp>

namespace indrik {

template <class T = void>
using Result = boost::system::result<T, std::error_code>;

}  // namespace indrik
