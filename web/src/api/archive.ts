import { apiError, networkError } from "./error";

/** An archive of the server. One that breaks off is an error, never half a file. */
export async function archiveAt(path: string): Promise<{ name: string; content: Blob }> {
  const response = await fetch(path).catch(() => {
    throw networkError();
  });
  if (!response.ok) throw apiError(response, await response.json().catch(() => undefined));
  const content = await response.blob().catch(() => {
    throw networkError();
  });
  const name = /filename="([\w.-]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return { name: name ?? "parvis-export.zip", content };
}
