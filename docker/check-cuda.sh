#!/bin/sh
# Fails where the CUDA provider of ONNX Runtime would not load, or would load and then have no convolutions.
#   check-cuda.sh FOLDER      that libonnxruntime_providers_cuda.so is in
set -eu
provider=$1/libonnxruntime_providers_cuda.so
for file in "$provider" "$1/libonnxruntime_providers_shared.so" "$1/libonnxruntime.so.1"; do
  test -f "$file" || { echo "$file is missing." >&2; exit 1; }
done

# libcuda.so.1 is the driver: NVIDIA's container runtime puts that of the host in, when the container starts.
linked=$(ldd "$provider")
missing=$(echo "$linked" | grep 'not found' | grep -v '^[[:space:]]*libcuda\.so\.1 ' || true)
# Since 1.30 cuDNN is loaded when it is first needed (microsoft/onnxruntime#29252), and so is what compiles kernels for
# it: ldd does not see them.
for library in libcudnn.so.9 libnvrtc.so.13; do
  LD_PRELOAD=$library ldd /bin/sh 2>&1 | grep -q "$library => \|/$library (0x" || missing="$missing
	$library => not found"
done
if [ -n "$missing" ]; then
  printf 'The CUDA provider lacks:\n%s\n' "$missing" >&2
  exit 1
fi
