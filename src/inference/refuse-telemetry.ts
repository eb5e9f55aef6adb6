/**
 * Keeps ONNX Runtime from telling Microsoft what it does: its official builds for Linux and macOS do so since 1.29, and
 * keep an identifier of the machine and what is not yet sent in files of the home and temporary folders. The variable
 * counts only if it is set before the first session of the process (microsoft/onnxruntime#27379), and only by the main
 * thread, as a worker's environment is a copy that native code does not see.
 */
export function refuseTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
