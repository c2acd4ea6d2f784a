#pragma once
// The version of these headers. An application module remembers the one it was compiled with.

#define INDRIK_VERSION "0.1.0"  // the build checks that it is the project's
