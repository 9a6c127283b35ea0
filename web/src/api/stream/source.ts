import { ApiError, apiError, networkError } from "../error";

/** Opens a stream and answers its pieces, or throws an ApiError. The signal ends it. */
export type Source = (address: string, lastEventId: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;

/**
 * A stream by fetch. The browser's own EventSource is not used: it hides why the server refuses, gives up on a 401 and
 * after a 503, and cannot be handed the place at which another tab stopped.
 */
export const fetchSource: Source = async (address, lastEventId, signal) => {
  const headers = new Headers({ Accept: "text/event-stream" });
  if (lastEventId !== "") headers.set("Last-Event-ID", lastEventId);
  const request = new Request(`${location.origin}${address}`, { headers, signal, cache: "no-store", credentials: "same-origin" });
  const response = await fetch(request).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw networkError();
  });
  if (!response.ok) throw apiError(response, await response.json().catch(() => undefined));
  const stream = response.headers.get("Content-Type")?.startsWith("text/event-stream") === true;
  if (!stream || response.body === null) throw new ApiError(502, {}); // a proxy's page in between
  return pieces(response.body);
};

// Not `for await` over the body itself: not every browser has that.
async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
