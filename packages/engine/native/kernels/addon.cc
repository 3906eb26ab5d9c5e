// The engine's own operations for processors, where TensorFlow's would pass over memory many times.
#include "../node-api.h"
#include "kernels.h"
#include "op.h"
#include "parallel.h"

namespace {

// define(threads): makes the operations known, once TensorFlow is loaded.
napi_value DefineAll(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  int32_t threads = 1;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_int32(env, argument, &threads);
  try {
    fsg::StartThreads(threads);
    fsg::DefineActivations();
    fsg::DefineCut();
    fsg::DefineNormSwish();
    fsg::DefinePixelShuffle();
    fsg::DefineSpectralNorm();
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  fsg::Export(env, exports, "define", DefineAll);
  return exports;
}
