// TensorFlow operations of our own, on processors: float32 in, float32 out, shapes known when they run.
#ifndef FSG_KERNELS_OP_H_
#define FSG_KERNELS_OP_H_

#include <cstdint>
#include <vector>

#include "../tensorflow-api.h"
// Without the parts for devices other than processors, whose headers are not unpacked.
#define IS_SLIM_BUILD
#include "tensorflow/c/kernels.h"

namespace fsg {

struct Tensor {
  float* data;
  std::vector<int64_t> shape;

  int64_t Size() const {
    int64_t size = 1;
    for (int64_t length : shape) size *= length;
    return size;
  }
  // Length of the last axis: channels of a picture.
  int64_t Channels() const { return shape.back(); }
};

// The attributes that an operation may have; it declares those that it reads.
struct Attributes {
  float slope = 0;
  bool iterate = false;
};

// One run of a kernel. Throws std::runtime_error, which becomes the operation's failure.
class Context {
 public:
  Context(TF_OpKernelContext* context, const Attributes& attributes) : attributes(attributes), context_(context) {}

  Tensor Input(int index);
  Tensor Output(int index, const std::vector<int64_t>& shape);
  // Takes over the memory of an input of the same shape where nobody else needs it: then both have the same data.
  Tensor OutputInPlace(int index, int input);

  const Attributes& attributes;

 private:
  TF_OpKernelContext* context_;
  std::vector<Owned<TF_Tensor>> held_;
};

struct Definition {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  // "slope" or "iterate".
  std::vector<const char*> attributes;
};

// Makes the operation known to TensorFlow; `Compute` runs it.
template <void (*Compute)(Context&)>
void Define(const Definition& definition);

using KernelFunction = void (*)(void*, TF_OpKernelContext*);
void Register(const Definition& definition, KernelFunction compute);
void Fail(TF_OpKernelContext* context, const char* message);

template <void (*Compute)(Context&)>
void Define(const Definition& definition) {
  Register(definition, [](void* attributes, TF_OpKernelContext* raw) {
    try {
      Context context(raw, *static_cast<Attributes*>(attributes));
      Compute(context);
    } catch (const std::exception& error) {
      Fail(raw, error.what());
    }
  });
}

}  // namespace fsg

#endif
