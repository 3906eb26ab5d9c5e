// Activations that take in what stands before them: the sum of a residual block, a convolution's bias.
#include "kernels.h"
#include "op.h"
#include "parallel.h"
#include "vector.h"

namespace fsg {
namespace {

FSG_VECTOR void AddPreluPart(const float* x, const float* f, int64_t size, float slope, float* y) {
  for (int64_t i = 0; i < size; i++) {
    const float s = x[i] + f[i];
    y[i] = s > 0 ? s : s * slope;
  }
}

// Gives Σ dy · min(s, 0), in lanes.
FSG_VECTOR void AddPreluGradientPart(const float* dy, const float* x, const float* f, int64_t size, float slope,
                                     float* d, int64_t width, float* sums) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float s = x[i + j] + f[i + j], g = dy[i + j];
      d[i + j] = s > 0 ? g : g * slope;
      sums[j] += s > 0 ? 0.0f : g * s;
    }
  }
}

FSG_VECTOR void BiasLeakyPart(const float* x, const float* bias, int64_t size, int64_t width, float slope, float* y) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float s = x[i + j] + bias[j];
      y[i + j] = s > 0 ? s : s * slope;
    }
  }
}

FSG_VECTOR void BiasLeakyGradientPart(const float* dy, const float* y, int64_t size, int64_t width, float slope,
                                      float* dx, float* sums) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float g = y[i + j] > 0 ? dy[i + j] : dy[i + j] * slope;
      dx[i + j] = g;
      sums[j] += g;
    }
  }
}

// x, f of one shape, slope [1] → s > 0 ? s : slope s, with s = x + f
void AddPrelu(Context& context) {
  const Tensor x = context.Input(0), f = context.Input(1), slope = context.Input(2);
  const Tensor y = context.Output(0, x.shape);
  const Parts parts(x.Size(), 1);
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part);
    AddPreluPart(x.data + first, f.data + first, parts.Last(part) - first, *slope.data, y.data + first);
  });
}

// dy, x, f, slope → d (for x and for f), dslope [1]
void AddPreluGradient(Context& context) {
  const Tensor dy = context.Input(0), x = context.Input(1), f = context.Input(2), slope = context.Input(3);
  const Tensor d = context.Output(0, x.shape), dslope = context.Output(1, slope.shape);
  const Parts parts(x.Size(), 1);
  std::vector<double> sums(parts.count);
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part);
    std::vector<float> lanes(Lanes::Width(1));
    AddPreluGradientPart(dy.data + first, x.data + first, f.data + first, parts.Last(part) - first, *slope.data,
                         d.data + first, lanes.size(), lanes.data());
    FoldLanes(lanes, 1, &sums[part]);
  });
  double sum = 0;
  for (double s : sums) sum += s;
  *dslope.data = sum;
}

// x [..., C], bias [C] → s > 0 ? s : slope s, with s = x + bias; slope ≥ 0
void BiasLeakyRelu(Context& context) {
  const Tensor y = context.OutputInPlace(0, 0), x = context.Input(0), bias = context.Input(1);
  const int64_t channels = x.Channels();
  const Parts parts(x.Size() / channels, channels);
  const Lanes lanes(channels, [&](int64_t c) { return bias.data[c]; });
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part) * channels, size = parts.Last(part) * channels - first;
    BiasLeakyPart(x.data + first, lanes.data(), size, Lanes::Width(channels), context.attributes.slope,
                  y.data + first);
  });
}

// dy [..., C], y → dx [..., C], dbias [C]
void BiasLeakyReluGradient(Context& context) {
  const Tensor dx = context.OutputInPlace(0, 0), dy = context.Input(0), y = context.Input(1);
  const int64_t channels = y.Channels();
  const Tensor dbias = context.Output(1, {channels});
  const Parts parts(y.Size() / channels, channels);
  std::vector<double> sums(parts.count * channels);
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part) * channels, size = parts.Last(part) * channels - first;
    std::vector<float> lanes(Lanes::Width(channels));
    BiasLeakyGradientPart(dy.data + first, y.data + first, size, lanes.size(), context.attributes.slope,
                          dx.data + first, lanes.data());
    FoldLanes(lanes, channels, &sums[part * channels]);
  });
  for (int64_t c = 0; c < channels; c++) {
    double sum = 0;
    for (int64_t part = 0; part < parts.count; part++) sum += sums[part * channels + c];
    dbias.data[c] = sum;
  }
}

}  // namespace

void DefineActivations() {
  Define<AddPrelu>({"FsgAddPrelu", {"x", "f", "slope"}, {"y"}, {}});
  Define<AddPreluGradient>({"FsgAddPreluGradient", {"dy", "x", "f", "slope"}, {"d", "dslope"}, {}});
  Define<BiasLeakyRelu>({"FsgBiasLeakyRelu", {"x", "bias"}, {"y"}, {"slope"}});
  Define<BiasLeakyReluGradient>({"FsgBiasLeakyReluGradient", {"dy", "y"}, {"dx", "dbias"}, {"slope"}});
}

}  // namespace fsg
