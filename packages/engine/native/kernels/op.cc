#include "op.h"

#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace fsg {
namespace {

Tensor View(TF_Tensor* tensor) {
  std::vector<int64_t> shape(API(TF_NumDims)(tensor));
  for (size_t i = 0; i < shape.size(); i++) shape[i] = API(TF_Dim)(tensor, static_cast<int>(i));
  return {static_cast<float*>(API(TF_TensorData)(tensor)), shape};
}

size_t Bytes(const std::vector<int64_t>& shape) { return Tensor{nullptr, shape}.Size() * sizeof(float); }

void* ReadAttributes(TF_OpKernelConstruction* construction) {
  auto* attributes = new Attributes;
  Status status = NewStatus();
  // An attribute that the operation does not declare is not found, and keeps its default.
  API(TF_OpKernelConstruction_GetAttrFloat)(construction, "slope", &attributes->slope, status.get());
  unsigned char iterate = 0;
  status = NewStatus();
  API(TF_OpKernelConstruction_GetAttrBool)(construction, "iterate", &iterate, status.get());
  attributes->iterate = iterate != 0;
  return attributes;
}

void FreeAttributes(void* attributes) { delete static_cast<Attributes*>(attributes); }

// Shapes are found when the kernel runs.
void UnknownShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  API(TF_ShapeInferenceContextSetUnknownShape)(context, status);
}

void DefineOperation(const Definition& definition) {
  TF_OpDefinitionBuilder* builder = API(TF_NewOpDefinitionBuilder)(definition.name);
  for (const char* name : definition.inputs)
    API(TF_OpDefinitionBuilderAddInput)(builder, (std::string(name) + ": float").c_str());
  for (const char* name : definition.outputs)
    API(TF_OpDefinitionBuilderAddOutput)(builder, (std::string(name) + ": float").c_str());
  for (const std::string name : definition.attributes)
    API(TF_OpDefinitionBuilderAddAttr)(builder, (name + (name == "iterate" ? ": bool" : ": float")).c_str());
  API(TF_OpDefinitionBuilderSetShapeInferenceFunction)(builder, UnknownShapes);
  Status status = NewStatus();
  API(TF_RegisterOpDefinition)(builder, status.get());
  Check(status, definition.name);
}

}  // namespace

Tensor Context::Input(int index) {
  TF_Tensor* tensor = nullptr;
  Status status = NewStatus();
  API(TF_GetInput)(context_, index, &tensor, status.get());
  Check(status, "input");
  held_.emplace_back(tensor);
  return View(tensor);
}

Tensor Context::Output(int index, const std::vector<int64_t>& shape) {
  Status status = NewStatus();
  TF_Tensor* tensor = API(TF_AllocateOutput)(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                             Bytes(shape), status.get());
  Check(status, "output");
  held_.emplace_back(tensor);
  return View(tensor);
}

Tensor Context::OutputInPlace(int index, int input) {
  const std::vector<int64_t> shape = Input(input).shape;
  held_.pop_back();  // a reference of ours would keep the memory from being taken over
  int forwarded = -1;
  Status status = NewStatus();
  TF_Tensor* tensor = API(TF_ForwardInputOrAllocateOutput)(context_, &input, 1, index, shape.data(),
                                                           static_cast<int>(shape.size()), &forwarded, status.get());
  Check(status, "output");
  held_.emplace_back(tensor);
  return View(tensor);
}

void Register(const Definition& definition, KernelFunction compute) {
  DefineOperation(definition);
  TF_KernelBuilder* builder =
      API(TF_NewKernelBuilder)(definition.name, "CPU", ReadAttributes, compute, FreeAttributes);
  Status status = NewStatus();
  API(TF_RegisterKernelBuilder)(definition.name, builder, status.get());
  Check(status, definition.name);
}

void Fail(TF_OpKernelContext* context, const char* message) {
  Status status = NewStatus();
  API(TF_SetStatus)(status.get(), TF_INTERNAL, message);
  API(TF_OpKernelContext_Failure)(context, status.get());
}

}  // namespace fsg
