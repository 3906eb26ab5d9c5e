// Every group of operations; addon.cc makes them known to TensorFlow.
#ifndef FSG_KERNELS_KERNELS_H_
#define FSG_KERNELS_KERNELS_H_

namespace fsg {

void DefineActivations();
void DefineCut();
void DefineNormSwish();
void DefinePixelShuffle();
void DefineSpectralNorm();

}  // namespace fsg

#endif
