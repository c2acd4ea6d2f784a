// login as a program of its own, with the supervisor inside: what a container's entry point wants.
#include <indrik/run.hpp>
#include <indrik/web.hpp>

indrik::web::Application make_app();

int main(int argc, char** argv) {
    return indrik::run(argc, argv, make_app);
}
