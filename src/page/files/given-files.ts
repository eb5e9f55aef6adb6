/** Every file below what was dropped, folders included, in the order in which the browser gives them. */
export async function droppedFiles(items: DataTransferItemList): Promise<File[]> {
  // The list is empty when the event is over.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files: File[] = [];
  for (const entry of entries) for await (const file of filesBelow(entry)) files.push(file);
  return files;
}

async function* filesBelow(entry: FileSystemEntry): AsyncGenerator<File> {
  if (isFile(entry)) yield await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  if (!isDirectory(entry)) return;
  const reader = entry.createReader();
  while (true) {
    // It gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const one of some) yield* filesBelow(one);
  }
}

/** By what they say of themselves: in Chromium they are of other classes than the standard's. */
function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
