#include "supervisor/cli/template_commands.hpp"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>

#include "indrik/templates/check.hpp"
#include "indrik/templates/environment.hpp"
#include "indrik/templates/errors.hpp"
#include "supervisor/arbiter/exit_codes.hpp"
#include "supervisor/cli/template_compile.hpp"
#include "supervisor/cli/template_options.hpp"

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace indrik::supervisor {
namespace {

constexpr int kTemplateError = 1;

void write(std::FILE* file, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), file);
}

/// Errors: std::runtime_error if not all of it could be written.
void print(const std::string& text) {
    write(stdout, text);
    if (std::fflush(stdout) != 0) throw std::runtime_error("cannot write to standard output");
}

void print_help(const std::string& usage, const po::options_description& options) {
    std::ostringstream text;
    text << usage << options;
    print(text.str());
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
        print_help(
            "Usage: indrik render TEMPLATE [OPTION]...\n\nPrints a rendered Jinja2 template.\n\n",
            visible);
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
        print(environment.get_template(path.filename().string()).render(data));
        return exit_codes::kSuccess;
    } catch (const templates::TemplateError& error) {
        write(stderr, describe(error, *loader));
        return kTemplateError;
    }
}

po::options_description check_options() {
    po::options_description options("Options");
    options.add_options()("help,h", "this text")(
        "define",
        po::value<Texts>()->composing()->value_name("NAME"),
        "a variable that templates are given")(
        "data",
        po::value<Texts>()->composing()->value_name("FILE"),
        "a JSON object: its keys are variables that templates are given; - is standard input")(
        "filter",
        po::value<Texts>()->composing()->value_name("NAME"),
        "a filter that the application adds")("test",
                                              po::value<Texts>()->composing()->value_name("NAME"),
                                              "a test that the application adds")(
        "search",
        po::value<Texts>()->composing()->value_name("DIR"),
        "where templates are looked for, after DIR; not checked themselves");
    return options;
}

int check(const Texts& arguments) {
    const po::options_description visible = check_options();
    const po::variables_map options = parse_template_options(arguments, visible, "DIR");
    if (options.count("help") != 0) {
        print_help(
            "Usage: indrik templates check DIR [OPTION]...\n\n"
            "Prints what is wrong with the templates of a folder: broken syntax, unknown filters "
            "and\n"
            "tests, templates that are not found, undefined names.\n\n",
            visible);
        return exit_codes::kSuccess;
    }
    const std::string folder = values_of(options, "argument").front();
    if (std::error_code error; !fs::is_directory(folder, error))
        throw UsageError(fmt::format("{} is no folder", folder));
    templates::Check check;
    for (std::string& name : values_of(options, "define")) check.define(std::move(name));
    for (std::string& name : values_of(options, "filter")) check.add_filter(std::move(name));
    for (std::string& name : values_of(options, "test")) check.add_test(std::move(name));
    templates::Dict data;
    for (const std::string& file : values_of(options, "data")) add_data(data, file);
    for (const auto& entry : data.entries()) check.define(std::string(entry.key.string()));
    Texts folders{folder};
    for (std::string& other : values_of(options, "search")) folders.push_back(std::move(other));
    const auto loader = std::make_shared<templates::FileSystemLoader>(std::move(folders));
    const auto problems = check.run(loader, templates::FileSystemLoader(folder).names());
    std::string text;
    for (const templates::Problem& problem : problems) {
        text += fmt::format("{}:{}: {}\n",
                            (fs::path(folder) / problem.name).string(),
                            problem.line,
                            problem.message);
    }
    print(text);
    return problems.empty() ? exit_codes::kSuccess : kTemplateError;
}

/// Runs a command that throws, and says on one line what went wrong.
template <class Command>
int guarded(const std::string& name, const Texts& arguments, Command command) {
    try {
        return command(arguments);
    } catch (const UsageError& error) {
        write(stderr, fmt::format("{}: {}\n", name, error.what()));
        return exit_codes::kUsage;
    } catch (const std::exception& error) {
        write(stderr, fmt::format("{}: unexpected error: {}\n", name, error.what()));
        return exit_codes::kUnexpected;
    }
}

}  // namespace

std::optional<int> run_template_command(int argc, char** argv) {
    const Texts arguments(argv + std::min(argc, 1), argv + argc);
    const auto rest = [&](std::ptrdiff_t begin) {
        return Texts(arguments.begin() + begin, arguments.end());
    };
    if (arguments.empty()) return std::nullopt;
    if (arguments[0] == "render") return guarded("indrik render", rest(1), render);
    if (arguments[0] != "templates") return std::nullopt;
    const std::string command = arguments.size() < 2 ? std::string() : arguments[1];
    if (command == "check") return guarded("indrik templates check", rest(2), check);
    if (command == "compile")
        return guarded("indrik templates compile", rest(2), compile_templates);
    write(stderr,
          "indrik templates: the commands are: indrik templates check DIR, indrik templates "
          "compile DIR\n");
    return exit_codes::kUsage;
}

}  // namespace indrik::supervisor
