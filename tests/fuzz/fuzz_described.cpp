// Described structs: the reader takes exactly the texts that Boost.JSON takes, whatever a struct reads its writer gives back,
// and what the writer makes of any bytes is JSON.

#include "indrik/json/described.hpp"
#include "indrik/json/parameters.hpp"
#include "tests/fuzz/fragments.hpp"
#include "tests/unit/json/described_types.hpp"

namespace {

using namespace indrik::json;
using indrik::fuzz::require;

/// Boost.JSON also refuses exponents that no number has.
bool is_out_of_range(const std::error_code& error) {
    return error.message().find("exponent") != std::string::npos;
}

void check_reader(std::string_view text) {
    Reader reader(text);
    const bool is_taken = reader.skip() && reader.finish();
    const auto parsed = parse(text);
    require(is_taken == parsed.has_value() || (!parsed && is_out_of_range(parsed.error())),
            "the reader agrees with Boost.JSON");
    require(is_taken || !reader.error().empty(), "a refusal has a reason");
}

template <class T>
void check_round_trip(std::string_view text) {
    const auto value = from_text<T>(text);
    if (!value) {
        require(!value.error().empty(), "a refusal has a reason");
        require(value.error().size() <= Problems::kMaxProblems, "mistakes are limited");
        return;
    }
    const std::string written = to_text(*value);
    require(parse(written).has_value(), "what is written is JSON");
    const auto again = from_text<T>(written);
    require(again.has_value(), "what is written is read");
    require(to_text(*again) == written, "reading undoes writing");
}

void check_writer(std::string_view bytes) {
    const std::string written = to_text(bytes);
    const auto read = from_text<std::string>(written);
    require(read.has_value(), "any string is written as JSON");
    require(to_text(*read) == written, "a written string is undone");
}

void check_parameters(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        pairs.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
    }
    static_cast<void>(from_parameters<test::Tolerant>(pairs));
    const auto tag = from_parameters<test::Tag>(pairs);
    require(tag.has_value() || !tag.error().empty(), "a refusal has a reason");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_reader(text);
    check_round_trip<test::Project>(text);
    check_round_trip<test::Everything>(text);
    check_round_trip<test::Node>(text);
    check_writer(text);
    check_parameters(text);
    return 0;
}
