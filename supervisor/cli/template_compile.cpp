#include "supervisor/cli/template_compile.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>

#include "indrik/templates/code_generator.hpp"
#include "supervisor/arbiter/exit_codes.hpp"

namespace po = boost::program_options;
namespace fs = std::filesystem;

namespace indrik::supervisor {
namespace {

constexpr int kTemplateError = 1;

po::options_description compile_options() {
    po::options_description options("Options");
    const auto texts = [] { return po::value<Texts>()->composing(); };
    options.add_options()("help,h", "this text")(
        "output", po::value<std::string>()->value_name("DIR"), "where the files are written")(
        "namespace",
        po::value<std::string>()->default_value("templates")->value_name("NAME"),
        "what gets the function templates(); also the name of the files")(
        "prefix",
        po::value<std::string>()->default_value("")->value_name("TEXT"),
        "in front of the name of every template")(
        "units",
        po::value<std::size_t>()->default_value(1)->value_name("COUNT"),
        "how many C++ files the templates are spread over")(
        "file", texts()->value_name("NAME"), "a template below DIR; default: all")(
        "filter",
        texts()->value_name("NAME"),
        "a filter of the application, called as a builtin one")(
        "test", texts()->value_name("NAME"), "a test of the application, called as a builtin one")(
        "autoescape",
        po::value<std::string>()->value_name("on|off"),
        "default: on for names that end in .html, .htm or .xml")(
        "trim-blocks", "remove the newline behind a block tag")(
        "lstrip-blocks", "remove white space before a block tag on its line")(
        "keep-trailing-newline", "keep the newline at the end of a template")(
        "keep-broken", "a template with an error fails when it is used, not now");
    return options;
}

void configure(templates::Environment& environment, const po::variables_map& options) {
    templates::Syntax syntax;
    syntax.trim_blocks = options.count("trim-blocks") != 0;
    syntax.lstrip_blocks = options.count("lstrip-blocks") != 0;
    syntax.keep_trailing_newline = options.count("keep-trailing-newline") != 0;
    environment.set_syntax(std::move(syntax));
    const auto nothing = [](const templates::Arguments&) { return templates::Value(); };
    for (const std::string& name : values_of(options, "filter"))
        environment.add_filter(name, nothing);
    for (const std::string& name : values_of(options, "test")) environment.add_test(name, nothing);
    if (options.count("autoescape") == 0) return;
    const auto& word = options["autoescape"].as<std::string>();
    if (word != "on" && word != "off")
        throw UsageError(fmt::format("--autoescape takes on or off, not '{}'", word));
    environment.set_autoescape(word == "on");
}

/// Identifiers with "::" between them.
bool is_namespace(std::string_view name) {
    while (true) {
        const std::size_t end = std::min(name.find("::"), name.size());
        const std::string_view part = name.substr(0, end);
        const auto is_letter = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        };
        const bool is_identifier =
            !part.empty() && is_letter(part[0]) && std::ranges::all_of(part, [&](char c) {
                return is_letter(c) || (c >= '0' && c <= '9');
            });
        if (!is_identifier) return false;
        if (end == name.size()) return true;
        name.remove_prefix(end + 2);
    }
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) throw std::runtime_error(fmt::format("cannot read {}", path.string()));
    return text;
}

/// A file with the same text stays as old as it is, so that nothing is built again for it.
void write_if_changed(const fs::path& path, const std::string& text) {
    if (std::error_code error; fs::is_regular_file(path, error) && read(path) == text) return;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) throw std::runtime_error(fmt::format("cannot write {}", path.string()));
}

void print_error(const fs::path& folder,
                 std::string_view file,
                 const templates::TemplateError& error) {
    std::string text = fmt::format("{}:{}: error: {}: {}\n",
                                   (folder / file).string(),
                                   error.line(),
                                   templates::error_name(error.kind()),
                                   error.message());
    if (!error.source_line().empty()) text += fmt::format("    > {}\n", error.source_line());
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

int compile_templates(const Texts& arguments) {
    const po::options_description visible = compile_options();
    const po::variables_map options = parse_template_options(arguments, visible, "DIR");
    if (options.count("help") != 0) {
        std::ostringstream text;
        text << "Usage: indrik templates compile DIR --output DIR [OPTION]...\n\n"
                "Writes C++ that renders the templates of a folder. The CMake function\n"
                "indrik_compile_templates() runs it.\n\n"
             << visible;
        std::fputs(text.str().c_str(), stdout);
        return exit_codes::kSuccess;
    }
    const fs::path folder(values_of(options, "argument").front());
    if (std::error_code error; !fs::is_directory(folder, error))
        throw UsageError(fmt::format("{} is no folder", folder.string()));
    if (options.count("output") == 0) throw UsageError("--output is missing");
    const fs::path output(options["output"].as<std::string>());
    const auto& name = options["namespace"].as<std::string>();
    if (!is_namespace(name)) throw UsageError(fmt::format("'{}' is no namespace", name));
    templates::Environment environment;
    configure(environment, options);
    Texts files = values_of(options, "file");
    if (files.empty()) files = templates::FileSystemLoader(folder.string()).names();
    templates::CodeGenerator generator(
        environment, {name, options["units"].as<std::size_t>(), options.count("keep-broken") != 0});
    bool is_fine = true;
    for (const std::string& file : files) {
        try {
            generator.add(options["prefix"].as<std::string>() + file, read(folder / file));
        } catch (const templates::TemplateError& error) {
            print_error(folder, file, error);
            is_fine = false;
        }
    }
    if (!is_fine) return kTemplateError;
    fs::create_directories(output);
    for (const templates::GeneratedFile& file : generator.files())
        write_if_changed(output / file.name, file.text);
    return exit_codes::kSuccess;
}

}  // namespace indrik::supervisor
