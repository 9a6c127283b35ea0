import { act } from "@testing-library/react";

/** A stream of events that a test speaks into: `answer` serves it, as often as it is opened. */
export function eventStream() {
  const writers: WritableStreamDefaultWriter<Uint8Array>[] = [];
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    answer: () => {
      const body = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 100 });
      writers.push(body.writable.getWriter());
      return new Response(body.readable, { headers: { "Content-Type": "text/event-stream" } });
    },
    /** How often it was opened. */
    count: () => writers.length,
    say: async (type: string, data: object) => {
      const until = Date.now() + 2000;
      while (writers.length === 0 && Date.now() < until) await new Promise((done) => setTimeout(done, 5));
      await act(async () => {
        await writers.at(-1)?.write(bytes(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`));
        await new Promise((done) => setTimeout(done, 5));
      });
    },
    end: () => writers.at(-1)?.close(),
  };
}
