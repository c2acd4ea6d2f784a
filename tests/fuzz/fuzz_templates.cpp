// Templates from strangers: an output or an error with a place, within the limits.

#include <memory>
#include <string>

#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"
#include "tests/fuzz/fragments.hpp"

namespace {

using namespace indrik::templates;

Dict values() {
    Dict dict;
    dict.set(Value("n"), Value(3));
    dict.set(Value("s"), Value("a<b> \xC3\xBC"));
    dict.set(Value("l"), Value::list({Value(1), Value("x"), Value::list({Value(2.5)})}));
    dict.set(Value("d"), Value::dict({{"a", 1}, {"b", Value::list()}}));
    return dict;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Environment environment;
    environment.set_limits(Limits().output_bytes(100'000).steps(20'000).recursion(20));
    environment.install_null_translations();
    environment.set_loader(
        std::make_shared<DictLoader>(std::map<std::string, std::string, std::less<>>{
            {"t", std::string(text)},
            {"lib", "{% macro m(a) %}{{ a }}{{ caller() if caller }}{% endmacro %}"}}));
    try {
        const std::string output = environment.get_template("t").render(values());
        indrik::fuzz::require(output.size() <= 200'000, "the output is bounded");
    } catch (const TemplateError& error) {
        indrik::fuzz::require(error.line() >= 1, "an error has a place");
    }
    return 0;
}
