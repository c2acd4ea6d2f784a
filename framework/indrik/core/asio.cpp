// Asio's implementation, compiled here once for everybody (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
