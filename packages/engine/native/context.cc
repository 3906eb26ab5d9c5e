// Sees TensorFlow's context being made. Loaded with RTLD_GLOBAL before the tfjs binding, so that the binding's call of
// TFE_NewContext comes here first. Names no symbol of TensorFlow at link time: its libraries stay out of the global scope.
#include <dlfcn.h>
#include <node_api.h>

namespace {
void* context = nullptr;

using NewContext = void* (*)(const void* options, void* status);

NewContext RealNewContext() {
  void* library = dlopen("libtensorflow_cc.so.2", RTLD_LAZY | RTLD_NOLOAD);
  return library ? reinterpret_cast<NewContext>(dlsym(library, "TFE_NewContext")) : nullptr;
}
}  // namespace

extern "C" __attribute__((visibility("default"))) void* TFE_NewContext(const void* options, void* status) {
  NewContext real = RealNewContext();
  return context = real ? real(options, status) : nullptr;
}

// The TFE_Context* of this process, null before the binding is loaded; found by other addons through dlsym.
extern "C" __attribute__((visibility("default"))) void* fsg_tensorflow_context() { return context; }

NAPI_MODULE_INIT() { return exports; }
