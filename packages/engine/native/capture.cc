// Builds a TensorFlow function from a recorded list of operations, through the C API alone.
// A value is a slot: the function's inputs first, then the outputs of node 0, of node 1, and so on.
#include <cstdint>
#include <cstring>
#include <vector>

#include "node-api.h"
#include "tensorflow-api.h"
#include "tensorflow/c/eager/c_api.h"

namespace {

using fsg::Check;
using fsg::NewStatus;
using fsg::Owned;
using fsg::Status;

// A JavaScript value, read with exceptions in place of status codes.
class Value {
 public:
  Value(napi_env env, napi_value value) : env_(env), value_(value) {}

  Value operator[](const char* name) const {
    napi_value out;
    Check(napi_get_named_property(env_, value_, name, &out), name);
    return {env_, out};
  }
  Value operator[](uint32_t index) const {
    napi_value out;
    Check(napi_get_element(env_, value_, index, &out), "element");
    return {env_, out};
  }
  bool Has(const char* name) const {
    bool has = false;
    Check(napi_has_named_property(env_, value_, name, &has), name);
    return has;
  }
  bool IsArray() const {
    bool is = false;
    Check(napi_is_array(env_, value_, &is), "array");
    return is;
  }
  uint32_t Length() const {
    uint32_t length = 0;
    Check(napi_get_array_length(env_, value_, &length), "array");
    return length;
  }
  int64_t Integer() const {
    int64_t out = 0;
    Check(napi_get_value_int64(env_, value_, &out), "integer");
    return out;
  }
  double Number() const {
    double out = 0;
    Check(napi_get_value_double(env_, value_, &out), "number");
    return out;
  }
  bool Boolean() const {
    bool out = false;
    Check(napi_get_value_bool(env_, value_, &out), "boolean");
    return out;
  }
  std::string Text() const {
    size_t length = 0;
    Check(napi_get_value_string_utf8(env_, value_, nullptr, 0, &length), "string");
    std::string out(length, '\0');
    Check(napi_get_value_string_utf8(env_, value_, out.data(), length + 1, &length), "string");
    return out;
  }
  std::vector<int64_t> Integers() const {
    std::vector<int64_t> out(Length());
    for (uint32_t i = 0; i < out.size(); i++) out[i] = (*this)[i].Integer();
    return out;
  }
  // The bytes of a Uint8Array.
  std::pair<const void*, size_t> Bytes() const {
    void* data = nullptr;
    size_t length = 0;
    Check(napi_get_typedarray_info(env_, value_, nullptr, &length, &data, nullptr, nullptr), "Uint8Array");
    return {data, length};
  }

 private:
  static void Check(napi_status status, const char* what) {
    if (status != napi_ok) throw std::runtime_error(std::string("no such value: ") + what);
  }
  napi_env env_;
  napi_value value_;
};

void SetAttribute(TF_OperationDescription* node, const Value& attribute) {
  const std::string name = attribute["name"].Text();
  const Value value = attribute["value"];
  const bool list = value.IsArray();
  const uint32_t length = list ? value.Length() : 0;
  switch (attribute["type"].Integer()) {
    case TF_ATTR_STRING: {
      const std::string text = value.Text();
      return API(TF_SetAttrString)(node, name.c_str(), text.data(), text.size());
    }
    case TF_ATTR_INT:
      if (!list) return API(TF_SetAttrInt)(node, name.c_str(), value.Integer());
      return API(TF_SetAttrIntList)(node, name.c_str(), value.Integers().data(), length);
    case TF_ATTR_FLOAT: {
      if (!list) return API(TF_SetAttrFloat)(node, name.c_str(), static_cast<float>(value.Number()));
      std::vector<float> values(length);
      for (uint32_t i = 0; i < length; i++) values[i] = static_cast<float>(value[i].Number());
      return API(TF_SetAttrFloatList)(node, name.c_str(), values.data(), length);
    }
    case TF_ATTR_BOOL: {
      if (!list) return API(TF_SetAttrBool)(node, name.c_str(), value.Boolean());
      std::vector<unsigned char> values(length);
      for (uint32_t i = 0; i < length; i++) values[i] = value[i].Boolean();
      return API(TF_SetAttrBoolList)(node, name.c_str(), values.data(), length);
    }
    case TF_ATTR_TYPE:
      return API(TF_SetAttrType)(node, name.c_str(), static_cast<TF_DataType>(value.Integer()));
    case TF_ATTR_SHAPE: {
      const std::vector<int64_t> shape = value.Integers();
      return API(TF_SetAttrShape)(node, name.c_str(), shape.data(), static_cast<int>(shape.size()));
    }
    default:
      throw std::runtime_error("attribute " + name + " is of a kind that cannot be captured");
  }
}

class Builder {
 public:
  explicit Builder(const Value& spec) : graph_(API(TF_NewGraph)()) {
    const Value inputs = spec["inputs"];
    for (uint32_t i = 0; i < inputs.Length(); i++) AddInput(inputs[i], i);
    const Value nodes = spec["nodes"];
    for (uint32_t i = 0; i < nodes.Length(); i++) {
      const std::string name = "n" + std::to_string(i);
      if (nodes[i].Has("values")) AddConstant(nodes[i], name);
      else AddNode(nodes[i], name);
    }
    const Value outputs = spec["outputs"];
    for (uint32_t i = 0; i < outputs.Length(); i++) outputs_.push_back(At(outputs[i].Integer()));
  }

  Owned<TF_Function> ToFunction(const std::string& name) {
    Status status = NewStatus();
    Owned<TF_Function> function(API(TF_GraphToFunction)(
        graph_.get(), name.c_str(), /*append_hash_to_fn_name=*/0, /*num_opers=*/-1, nullptr,
        static_cast<int>(inputs_.size()), inputs_.data(), static_cast<int>(outputs_.size()), outputs_.data(), nullptr,
        nullptr, name.c_str(), status.get()));
    Check(status, name);
    return function;
  }

 private:
  void AddInput(const Value& input, uint32_t index) {
    const std::string name = "input" + std::to_string(index);
    TF_OperationDescription* node = API(TF_NewOperation)(graph_.get(), "Placeholder", name.c_str());
    const std::vector<int64_t> shape = input["shape"].Integers();
    API(TF_SetAttrType)(node, "dtype", static_cast<TF_DataType>(input["dtype"].Integer()));
    API(TF_SetAttrShape)(node, "shape", shape.data(), static_cast<int>(shape.size()));
    // Functions forget their arguments' shapes, which the graph optimiser needs, but for this attribute.
    const int64_t* dims = shape.data();
    const int rank = static_cast<int>(shape.size());
    API(TF_SetAttrShapeList)(node, "_output_shapes", &dims, &rank, 1);
    Finish(node, name, 1);
    inputs_.push_back(slots_.back());
  }

  void AddConstant(const Value& constant, const std::string& name) {
    TF_OperationDescription* node = API(TF_NewOperation)(graph_.get(), "Const", name.c_str());
    const TF_DataType dtype = static_cast<TF_DataType>(constant["dtype"].Integer());
    const std::vector<int64_t> shape = constant["shape"].Integers();
    const auto [data, size] = constant["values"].Bytes();
    Owned<TF_Tensor> tensor(
        API(TF_AllocateTensor)(dtype, shape.data(), static_cast<int>(shape.size()), size));
    std::memcpy(API(TF_TensorData)(tensor.get()), data, size);
    Status status = NewStatus();
    API(TF_SetAttrType)(node, "dtype", dtype);
    API(TF_SetAttrTensor)(node, "value", tensor.get(), status.get());
    Check(status, name);
    Finish(node, name, 1);
  }

  void AddNode(const Value& spec, const std::string& name) {
    const std::string op = spec["op"].Text();
    TF_OperationDescription* node = API(TF_NewOperation)(graph_.get(), op.c_str(), name.c_str());
    const Value inputs = spec["inputs"];
    for (uint32_t i = 0; i < inputs.Length(); i++) {
      if (inputs[i].IsArray()) {
        std::vector<TF_Output> list;
        for (int64_t slot : inputs[i].Integers()) list.push_back(At(slot));
        API(TF_AddInputList)(node, list.data(), static_cast<int>(list.size()));
      } else {
        API(TF_AddInput)(node, At(inputs[i].Integer()));
      }
    }
    const Value attributes = spec["attributes"];
    for (uint32_t i = 0; i < attributes.Length(); i++) SetAttribute(node, attributes[i]);
    Finish(node, op, static_cast<int>(spec["outputs"].Integer()));
  }

  void Finish(TF_OperationDescription* node, const std::string& what, int outputs) {
    Status status = NewStatus();
    TF_Operation* operation = API(TF_FinishOperation)(node, status.get());
    Check(status, what);
    for (int i = 0; i < outputs; i++) slots_.push_back({operation, i});
  }

  TF_Output At(int64_t slot) const { return slots_.at(static_cast<size_t>(slot)); }

  Owned<TF_Graph> graph_;
  std::vector<TF_Output> slots_;
  std::vector<TF_Output> inputs_;
  std::vector<TF_Output> outputs_;
};

TFE_Context* Context() {
  auto find = reinterpret_cast<void* (*)()>(dlsym(RTLD_DEFAULT, "fsg_tensorflow_context"));
  void* context = find ? find() : nullptr;
  if (!context) throw std::runtime_error("TensorFlow's context is not known: context.node was not loaded before the binding");
  return static_cast<TFE_Context*>(context);
}

// addFunction({name, inputs, nodes, outputs})
napi_value AddFunction(napi_env env, Value spec) {
  const std::string name = spec["name"].Text();
  const Owned<TF_Function> function = Builder(spec).ToFunction(name);
  Status status = NewStatus();
  API(TFE_ContextAddFunction)(Context(), function.get(), status.get());
  Check(status, name);
  return nullptr;
}

// removeFunction(name)
napi_value RemoveFunction(napi_env env, Value name) {
  Status status = NewStatus();
  API(TFE_ContextRemoveFunction)(Context(), name.Text().c_str(), status.get());
  Check(status, "removeFunction");
  return nullptr;
}

// opDefinition(name): the serialised OpDef, as a Uint8Array.
napi_value OpDefinition(napi_env env, Value name) {
  Status status = NewStatus();
  Owned<TF_Graph> graph(API(TF_NewGraph)());
  Owned<TF_Buffer> buffer(API(TF_NewBuffer)());
  API(TF_GraphGetOpDef)(graph.get(), name.Text().c_str(), buffer.get(), status.get());
  Check(status, "opDefinition");
  void* data;
  napi_value bytes, array;
  napi_create_arraybuffer(env, buffer->length, &data, &bytes);
  std::memcpy(data, buffer->data, buffer->length);
  napi_create_typedarray(env, napi_uint8_array, buffer->length, bytes, 0, &array);
  return array;
}

template <napi_value (*Body)(napi_env, Value)>
napi_value Call(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  try {
    return Body(env, Value(env, argument));
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
    return nullptr;
  }
}

}  // namespace

NAPI_MODULE_INIT() {
  fsg::Export(env, exports, "addFunction", Call<AddFunction>);
  fsg::Export(env, exports, "removeFunction", Call<RemoveFunction>);
  fsg::Export(env, exports, "opDefinition", Call<OpDefinition>);
  return exports;
}
