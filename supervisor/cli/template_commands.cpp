#include "supervisor/cli/template_commands.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>

#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/cli/template_options.hpp"

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace indrik::supervisor {
namespace {

constexpr int kTemplateError = 1;

void write(std::FILE* file, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), file);
}

/// As compilers report: the place, what is wrong, the line, and who led there.
std::string describe(const templates::TemplateError& error,
                     const templates::FileSystemLoader& loader) {
    const auto place_of = [&](const templates::Place& place) {
        return fmt::format("{}:{}", loader.find(place.name).value_or(place.name), place.line);
    };
    const std::string what =
        fmt::format("{}: {}", templates::error_name(error.kind()), error.message());
    if (error.places().empty()) return fmt::format("indrik render: {}\n", what);
    std::string text = fmt::format("{}: {}\n", place_of(error.places().front()), what);
    if (!error.source_line().empty()) text += fmt::format("    > {}\n", error.source_line());
    for (std::size_t i = 1; i < error.places().size(); ++i)
        text += fmt::format("  from {}\n", place_of(error.places()[i]));
    return text;
}

po::options_description render_options() {
    po::options_description options("Options");
    options.add_options()("help,h", "this text")(
        "data",
        po::value<Texts>()->composing()->value_name("FILE"),
        "a JSON object whose entries are the variables; - is standard input")(
        "set",
        po::value<Texts>()->composing()->value_name("NAME=VALUE"),
        "a variable with that text; counts more than --data")(
        "search",
        po::value<Texts>()->composing()->value_name("DIR"),
        "where templates are looked for, after the folder of TEMPLATE")(
        "autoescape",
        po::value<std::string>()->value_name("on|off"),
        "default: on for names that end in .html, .htm or .xml")(
        "undefined",
        po::value<std::string>()->value_name("KIND"),
        "default, strict, chainable or debug")("trim-blocks",
                                               "remove the newline behind a block tag")(
        "lstrip-blocks", "remove white space before a block tag on its line")(
        "keep-trailing-newline", "keep the newline at the end of the template");
    return options;
}

templates::UndefinedKind undefined_kind(const std::string& name) {
    using templates::UndefinedKind;
    static const std::map<std::string, UndefinedKind> kinds = {
        {"default", UndefinedKind::Default},
        {"strict", UndefinedKind::Strict},
        {"chainable", UndefinedKind::Chainable},
        {"debug", UndefinedKind::Debug}};
    const auto found = kinds.find(name);
    if (found == kinds.end()) {
        throw UsageError(
            fmt::format("--undefined takes default, strict, chainable or debug, not '{}'", name));
    }
    return found->second;
}

void configure(templates::Environment& environment, const po::variables_map& options) {
    templates::Syntax syntax;
    syntax.trim_blocks = options.count("trim-blocks") != 0;
    syntax.lstrip_blocks = options.count("lstrip-blocks") != 0;
    syntax.keep_trailing_newline = options.count("keep-trailing-newline") != 0;
    environment.set_syntax(std::move(syntax));
    environment.install_null_translations();
    if (options.count("undefined") != 0)
        environment.set_undefined(undefined_kind(options["undefined"].as<std::string>()));
    if (options.count("autoescape") == 0) return;
    const auto& word = options["autoescape"].as<std::string>();
    if (word != "on" && word != "off")
        throw UsageError(fmt::format("--autoescape takes on or off, not '{}'", word));
    environment.set_autoescape(word == "on");
}

templates::Dict data_of(const po::variables_map& options) {
    templates::Dict data;
    for (const std::string& file : values_of(options, "data")) add_data(data, file);
    for (const std::string& pair : values_of(options, "set")) {
        const std::size_t equal = pair.find('=');
        if (equal == 0 || equal == std::string::npos)
            throw UsageError(fmt::format("--set takes NAME=VALUE, not '{}'", pair));
        data.set(templates::Value(pair.substr(0, equal)), templates::Value(pair.substr(equal + 1)));
    }
    return data;
}

int render(const Texts& arguments) {
    const po::options_description visible = render_options();
    const po::variables_map options = parse_template_options(arguments, visible, "TEMPLATE");
    if (options.count("help") != 0) {
        std::ostringstream text;
        text
            << "Usage: indrik render TEMPLATE [OPTION]...\n\nPrints a rendered Jinja2 template.\n\n"
            << visible;
        write(stdout, text.str());
        return exit_codes::kSuccess;
    }
    const fs::path path(values_of(options, "argument").front());
    Texts folders{path.has_parent_path() ? path.parent_path().string() : "."};
    for (std::string& folder : values_of(options, "search")) folders.push_back(std::move(folder));
    const auto loader = std::make_shared<templates::FileSystemLoader>(std::move(folders));
    templates::Environment environment;
    environment.set_loader(loader);
    configure(environment, options);
    const templates::Dict data = data_of(options);
    try {
        write(stdout, environment.get_template(path.filename().string()).render(data));
        if (std::fflush(stdout) != 0) throw std::runtime_error("cannot write to standard output");
        return exit_codes::kSuccess;
    } catch (const templates::TemplateError& error) {
        write(stderr, describe(error, *loader));
        return kTemplateError;
    }
}

}  // namespace

std::optional<int> run_template_command(int argc, char** argv) {
    const Texts arguments(argv + std::min(argc, 1), argv + argc);
    if (arguments.empty() || arguments[0] != "render") return std::nullopt;
    try {
        return render(Texts(arguments.begin() + 1, arguments.end()));
    } catch (const UsageError& error) {
        write(stderr, fmt::format("indrik render: {}\n", error.what()));
        return exit_codes::kUsage;
    } catch (const std::exception& error) {
        write(stderr, fmt::format("indrik render: unexpected error: {}\n", error.what()));
        return exit_codes::kUnexpected;
    }
}

}  // namespace indrik::supervisor
