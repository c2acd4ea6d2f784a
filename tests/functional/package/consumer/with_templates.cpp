// A template that the installed command compiled.
#include <cstdio>
#include <memory>

#include <indrik/templates/compiled.hpp>
#include <indrik/templates/environment.hpp>

#include "consumer_pages.hpp"

int main() {
    namespace templates = indrik::templates;
    templates::Environment environment;
    environment.set_loader(
        std::make_shared<templates::CompiledLoader>(consumer::pages::templates()));
    const templates::Template page = environment.get_template("hello.html");
    const std::string text = page.render({{"names", templates::Value::list({"Ada", "<Grace>"})}});
    std::printf("%s (%s)", text.c_str(), page.is_native() ? "compiled" : "interpreted");
    return page.is_native() && text == "Hello Ada, &lt;Grace&gt;!" ? 0 : 1;
}
