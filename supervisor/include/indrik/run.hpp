#pragma once
// An application as a program of its own, with the supervisor inside: what the entry point of a container wants.
//
//   int main(int argc, char** argv) { return indrik::run(argc, argv, make_app); }
//
// The program takes the options, the signals, the configuration file and the environment of the `indrik` command.
// Link with indrik::supervisor.

#include <functional>

#include "indrik/hooks.hpp"
#include "indrik/web/application.hpp"

namespace indrik {

/// Forks the workers and supervises them until the program is told to end; returns main's exit code. Every worker calls
/// `make_application` once. REQUIRES: no other thread has been started; called once.
int run(int argc, char** argv, std::function<web::Application()> make_application);

/// The same with hooks of its own (indrik/hooks.hpp); a module that --hooks names may change them.
int run(int argc, char** argv, std::function<web::Application()> make_application, Hooks hooks);

}  // namespace indrik
