/** Gives the browser a file to keep. */
export function keep(file: { name: string; content: Blob }): void {
  const href = URL.createObjectURL(file.content);
  const link = document.createElement("a");
  link.href = href;
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(href);
}
