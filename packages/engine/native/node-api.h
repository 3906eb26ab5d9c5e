// What the addons share of Node's side.
#ifndef FSG_NODE_API_H_
#define FSG_NODE_API_H_

#include <node_api.h>

namespace fsg {

inline void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace fsg

#endif
