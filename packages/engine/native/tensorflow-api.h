// TensorFlow's C API without linking to it: the library that the binding has loaded is asked for each function by name.
#ifndef FSG_TENSORFLOW_API_H_
#define FSG_TENSORFLOW_API_H_

#include <dlfcn.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "tensorflow/c/c_api.h"

#define API(name) ([] { static const auto found = reinterpret_cast<decltype(&name)>(fsg::Find(#name)); return found; }())

namespace fsg {

inline void* Find(const char* name) {
  void* library = dlopen("libtensorflow_cc.so.2", RTLD_LAZY | RTLD_NOLOAD);
  void* found = library ? dlsym(library, name) : nullptr;
  if (!found) throw std::runtime_error(std::string("TensorFlow is not loaded, or has no ") + name);
  return found;
}

struct Delete {
  void operator()(TF_Status* status) const { API(TF_DeleteStatus)(status); }
  void operator()(TF_Graph* graph) const { API(TF_DeleteGraph)(graph); }
  void operator()(TF_Buffer* buffer) const { API(TF_DeleteBuffer)(buffer); }
  void operator()(TF_Tensor* tensor) const { API(TF_DeleteTensor)(tensor); }
  void operator()(TF_Function* function) const { API(TF_DeleteFunction)(function); }
};
template <class T>
using Owned = std::unique_ptr<T, Delete>;

using Status = Owned<TF_Status>;
inline Status NewStatus() { return Status(API(TF_NewStatus)()); }

inline void Check(const Status& status, const std::string& what) {
  if (API(TF_GetCode)(status.get()) != TF_OK) throw std::runtime_error(what + ": " + API(TF_Message)(status.get()));
}

}  // namespace fsg

#endif
