#include "supervisor/cli/control_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "supervisor/config/errors.hpp"
#include "supervisor/config/values.hpp"
#include "supervisor/control/client.hpp"

namespace indrik::supervisor {
namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw ControlError(message, control_exit::kUsage);
}

/// Walks over the arguments; a value stands behind its option, or behind an equals sign.
class Reader {
public:
    Reader(const std::string& command, const std::vector<std::string>& arguments)
        : command_(command), arguments_(arguments) {}

    ControlOptions read() {
        for (; index_ < arguments_.size(); ++index_) {
            const std::string& argument = arguments_[index_];
            if (argument.size() > 1 && argument.starts_with('-')) {
                const std::size_t equals = argument.find('=');
                value_ = equals == std::string::npos ? std::nullopt
                                                     : std::optional(argument.substr(equals + 1));
                take(argument.substr(0, equals));
            } else {
                options_.words.push_back(argument);
            }
        }
        return std::move(options_);
    }

private:
    void take(const std::string& option) {
        const bool is_top = command_ == "top";
        if (option == "--socket" || option == "-s") {
            options_.instance.socket = value(option);
        } else if (option == "--pid" || option == "-p") {
            options_.instance.pid = value(option);
        } else if (option == "--name" || option == "-n") {
            options_.instance.name = value(option);
        } else if (option == "--timeout" || option == "-t") {
            options_.timeout = duration(option);
        } else if (option == "--interval" && is_top) {
            options_.interval = std::max(duration(option), std::chrono::milliseconds(100));
        } else if (!take_switch(option, is_top)) {
            refuse(fmt::format("unknown option {}; indrik {} --help lists all", option, command_));
        }
    }

    bool take_switch(const std::string& option, bool is_top) {
        bool* flag = nullptr;
        if (option == "--help" || option == "-h") flag = &options_.help;
        if (option == "--json" || option == "-j") flag = &options_.json;
        if (option == "--wait" && !is_top) flag = &options_.wait;
        if (option == "--once" && is_top) flag = &options_.once;
        if (flag == nullptr) return false;
        if (value_) refuse(fmt::format("{} takes no value", option));
        return *flag = true;
    }

    std::string value(const std::string& option) {
        if (value_) return *value_;
        if (index_ + 1 >= arguments_.size()) refuse(fmt::format("{} needs a value", option));
        return arguments_[++index_];
    }

    std::chrono::milliseconds duration(const std::string& option) {
        try {
            return parse_positive_duration(value(option));
        } catch (const BadValue& error) {
            refuse(fmt::format("{}: {}", option, error.what()));
        }
    }

    const std::string& command_;
    const std::vector<std::string>& arguments_;
    std::size_t index_ = 0;
    std::optional<std::string> value_;
    ControlOptions options_;
};

}  // namespace

ControlOptions parse_control_options(const std::string& command,
                                     const std::vector<std::string>& arguments) {
    return Reader(command, arguments).read();
}

}  // namespace indrik::supervisor
