#pragma once
// The page of the application.

#include <memory>

#include <indrik/templates/loader.hpp>

namespace login {

std::shared_ptr<const indrik::templates::Loader> templates();

}  // namespace login
