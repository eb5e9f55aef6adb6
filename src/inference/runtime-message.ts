/** What ONNX Runtime said, in one line, without the names and stacks of its own sources. */
export function runtimeMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n', 1)[0] ?? message;
  return line
    .replace(/\/onnxruntime_src\/.*? was false\. /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}
