// mute() points standard error at /dev/null until unmute(): TensorFlow's first two lines heed no setting.
#include <fcntl.h>
#include <unistd.h>

#include "node-api.h"

namespace {

int kept = -1;

napi_value Mute(napi_env, napi_callback_info) {
  if (kept >= 0) return nullptr;
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return nullptr;
  kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept >= 0) dup2(nowhere, STDERR_FILENO);
  close(nowhere);
  return nullptr;
}

napi_value Unmute(napi_env, napi_callback_info) {
  if (kept < 0) return nullptr;
  dup2(kept, STDERR_FILENO);
  close(kept);
  kept = -1;
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  fsg::Export(env, exports, "mute", Mute);
  fsg::Export(env, exports, "unmute", Unmute);
  return exports;
}
