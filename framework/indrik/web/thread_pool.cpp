#include "indrik/web/thread_pool.hpp"

namespace indrik::web {

const AppKey<ThreadPoolExecutor> kThreadPool{"thread pool"};

}  // namespace indrik::web
