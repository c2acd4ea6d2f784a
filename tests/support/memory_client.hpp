#pragma once
// The client in memory, under the name that tests use.

#include "indrik/net/memory_client.hpp"

namespace indrik::test {

using net::MemoryClient;

}  // namespace indrik::test
