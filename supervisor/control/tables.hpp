#pragma once
// The master's answers as people read them.

#include <string>
#include <string_view>
#include <vector>

#include "indrik/json/value.hpp"

namespace indrik::supervisor {

/// Columns as wide as they must be, two blanks between them; those whose heading ends in '>' (which is not shown) are aligned to
/// the right. Control characters become question marks.
std::string format_table(const std::vector<std::string>& headings,
                         const std::vector<std::vector<std::string>>& rows);

/// "850ms", "35s", "2m05s", "3h12m", "4d07h".
std::string format_age(double seconds);
/// "512", "6.2M", "1.5G".
std::string format_size(double bytes);

/// Numbers and texts of an answer, whatever its form: 0 or "" for what is not there.
double number_of(const json::Object& object, std::string_view name);
std::string text_of(const json::Object& object, std::string_view name);
json::Object object_of(const json::Object& object, std::string_view name);
json::Array array_of(const json::Object& object, std::string_view name);

/// The data of any command's answer.
std::string format_data(const json::Value& data);

}  // namespace indrik::supervisor
