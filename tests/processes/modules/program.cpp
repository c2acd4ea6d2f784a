// The same application as a program of its own.
#include <indrik/run.hpp>

indrik::web::Application make_app();

int main(int argc, char** argv) {
    return indrik::run(argc, argv, make_app);
}
