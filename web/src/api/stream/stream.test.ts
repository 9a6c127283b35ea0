import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../error";
import { fetchSource, type Source } from "./source";
import { addLobby, noLobby } from "./lobby";
import { StreamParser } from "./parser";
import { SharedStream, type Channel, type Surroundings } from "./shared";

const bytes = (text: string) => new TextEncoder().encode(text);
const meaning = { start: [] as string[], add: (said: string[], event: { data: string }) => [...said, event.data], refused: () => [] };

/** A server whose streams a test speaks into. */
function server() {
  const opened: { from: string; say: (text: string) => void; end: () => void; signal: AbortSignal }[] = [];
  let refusal: ApiError | undefined;
  const source: Source = (_address, from, signal) => {
    if (refusal !== undefined) return Promise.reject(refusal);
    const body = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, { highWaterMark: 100 });
    const writer = body.writable.getWriter();
    const quiet = () => undefined;
    signal.addEventListener("abort", () => void writer.abort(new DOMException("", "AbortError")).catch(quiet));
    opened.push({ from, signal, say: (text) => void writer.write(bytes(text)).catch(quiet), end: () => void writer.close().catch(quiet) });
    return Promise.resolve(body.readable as unknown as AsyncIterable<Uint8Array>);
  };
  return {
    source,
    opened,
    open: () => opened.filter(({ signal }) => !signal.aborted),
    refuse: (error: ApiError | undefined) => { refusal = error; },
    last: () => {
      const stream = opened.at(-1);
      if (stream === undefined) throw new Error("nothing is open");
      return stream;
    },
  };
}

/** A browser: one lock manager and one channel a name, and tabs that may close or freeze. */
function browser(source: Source) {
  const queue: { run: () => void; drop: (reason: DOMException) => void; held: boolean }[] = [];
  const ports = new Set<Channel>();
  const settled = (holder: (typeof queue)[number], result: unknown) => {
    void Promise.resolve(result).then(() => { release(holder); });
  };
  const release = (holder: (typeof queue)[number]) => {
    const at = queue.indexOf(holder);
    if (at < 0) return;
    queue.splice(at, 1);
    if (holder.held) queue[0]?.run();
  };
  // The promise of a request settles when the lock is let go, or rejects when another takes it.
  const tab = (hasLocks = true) => {
    const mine: (typeof queue)[number][] = [];
    const own = new Set<Channel>();
    let visible = true;
    let frozen = false;
    let wake: Parameters<Surroundings["wakes"]>[0] = () => undefined;
    const request = (_name: string, options: LockOptions, callback: () => unknown) =>
      new Promise((resolve, reject) => {
        const holder = {
          held: false,
          run: () => {
            holder.held = true;
            const result = callback();
            void Promise.resolve(result).then(resolve);
            settled(holder, result);
          },
          drop: reject,
        };
        mine.push(holder);
        options.signal?.addEventListener("abort", () => {
          if (!holder.held) {
            release(holder);
            reject(new DOMException("", "AbortError"));
          }
        });
        if (options.steal === true) {
          const [before] = queue;
          if (before?.held === true) {
            queue.shift();
            before.drop(new DOMException("", "AbortError"));
          }
          queue.unshift(holder);
        } else queue.push(holder);
        if (queue[0] === holder) queueMicrotask(() => { if (queue[0] === holder && !holder.held) holder.run(); });
      });
    const around: Surroundings = {
      source,
      wakes: (given) => {
        wake = given;
        return () => undefined;
      },
      random: () => 1,
      visible: () => visible,
      ...(hasLocks
        ? {
            locks: { request: request as unknown as LockManager["request"] },
            channel: () => {
              const port: Channel = {
                onmessage: null,
                postMessage: (message) => {
                  if (frozen) return;
                  for (const other of ports) {
                    if (other !== port) queueMicrotask(() => other.onmessage?.({ data: structuredClone(message) } as MessageEvent));
                  }
                },
                close: () => ports.delete(port),
              };
              ports.add(port);
              own.add(port);
              return port;
            },
          }
        : {}),
    };
    const stream = new SharedStream("/events", meaning, around);
    stream.start();
    return {
      stream,
      said: () => stream.view.get().state,
      link: () => stream.view.get().link,
      wake: () => { wake(); },
      look: (at: boolean) => { visible = at; },
      freeze: () => { frozen = true; },
      /** The browser lets go of everything of a tab that is gone. */
      close: () => {
        stream.stop();
        own.forEach((port) => ports.delete(port));
        mine.forEach(release);
      },
    };
  };
  return { tab };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what the server writes", () => {
  test("is read in any pieces, between the bytes of a letter too", () => {
    const whole = bytes(': hello\nretry: 2000\n\nid: 7\nevent: knock\r\ndata: {"name":\r\ndata: "Zoé"}\r\n\r\nevent: empty\n\ndata:x\n\n');
    for (const size of [1, 2, 3, 7, whole.length]) {
      const parser = new StreamParser();
      const heard = [];
      const retries = [];
      for (let at = 0; at < whole.length; at += size) {
        const { events, retry } = parser.push(whole.slice(at, at + size));
        heard.push(...events);
        if (retry !== undefined) retries.push(retry);
      }
      expect(heard).toEqual([
        { type: "knock", data: '{"name":\n"Zoé"}', id: "7" },
        { type: "message", data: "x", id: "7" },
      ]);
      expect(retries).toEqual([2000]);
    }
  });

  test("is asked for with the place where it stopped, and a refusal is told by its code", async () => {
    const fetch = vi.fn<(request: Request) => Promise<Response>>(() =>
      Promise.resolve(new Response(JSON.stringify({ code: "room-locked" }), { status: 423 })),
    );
    vi.stubGlobal("fetch", fetch);
    const signal = new AbortController().signal;
    await expect(fetchSource("/events", "12", signal)).rejects.toMatchObject({ code: "room-locked" });
    expect(fetch.mock.calls[0]?.[0].headers.get("Last-Event-ID")).toBe("12");
    fetch.mockResolvedValue(new Response("<html>", { headers: { "Content-Type": "text/html" } }));
    await expect(fetchSource("/events", "", signal)).rejects.toMatchObject({ passing: true });
  });
});

describe("one tab", () => {
  test("comes back where it stopped, at the pace that the server asked for", async () => {
    const its = server();
    const tab = browser(its.source).tab(false);
    await settle();
    its.last().say("retry: 4000\n\nid: 5\ndata: a\n\n");
    await settle();
    expect(tab.said()).toEqual(["a"]);
    its.last().end();
    await settle();
    expect(tab.link()).toEqual({ name: "down" });
    await vi.advanceTimersByTimeAsync(3900);
    expect(its.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2100);
    expect(its.last().from).toBe("5");
    expect(tab.link()).toEqual({ name: "open" });
  });

  test("pauses longer and longer while the server is away, and tries at once when the machine is back online", async () => {
    const its = server();
    its.refuse(new ApiError(503, { code: "unavailable" }));
    const source = vi.fn(its.source);
    const tab = browser(source).tab(false);
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = source.mock.calls.length;
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(10);
    its.refuse(undefined);
    tab.wake();
    await settle();
    expect(tab.link()).toEqual({ name: "open" });
  });

  test("does not trust a connection that has been silent while the machine slept", async () => {
    const its = server();
    const tab = browser(its.source).tab(false);
    await settle();
    tab.wake();
    await settle();
    expect(its.opened).toHaveLength(1);
    vi.setSystemTime(Date.now() + 30_000);
    tab.wake();
    await settle();
    expect(its.opened).toHaveLength(2);
    expect(its.open()).toHaveLength(1);
  });

  test("opens anew when not even a comment comes any more", async () => {
    const its = server();
    browser(its.source).tab(false);
    await settle();
    await vi.advanceTimersByTimeAsync(35_000);
    its.last().say(": alive\n\n");
    await vi.advanceTimersByTimeAsync(35_000);
    expect(its.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(its.opened).toHaveLength(2);
  });

  test("stays away when it was refused, until it is asked to try", async () => {
    const its = server();
    its.refuse(new ApiError(404, { code: "ticket-not-found" }));
    const source = vi.fn(its.source);
    const tab = browser(source).tab(false);
    await vi.advanceTimersByTimeAsync(120_000);
    tab.wake();
    expect(source).toHaveBeenCalledTimes(1);
    expect(tab.link()).toEqual({ name: "refused", code: "ticket-not-found" });
    its.refuse(undefined);
    tab.stream.reopen();
    await settle();
    expect(tab.link()).toEqual({ name: "open" });
  });

  test.each([
    ["blocked", { name: "refused", code: "blocked" }],
    ["unavailable", { name: "down" }],
  ])("an end says why: %s", async (code, link) => {
    const its = server();
    const tab = browser(its.source).tab(false);
    await settle();
    its.last().say(`event: end\ndata: {"code":"${code}"}\n\n`);
    await settle();
    expect(tab.link()).toEqual(link);
  });
});

describe("eight tabs", () => {
  async function eight() {
    const its = server();
    const { tab } = browser(its.source);
    const tabs = Array.from({ length: 8 }, () => tab());
    await settle();
    return { its, tab, tabs };
  }

  test("hold one stream, and all hear it", async () => {
    const { its, tabs } = await eight();
    expect(its.opened).toHaveLength(1);
    its.last().say("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    await settle();
    for (const tab of tabs) {
      expect(tab.said()).toEqual(["a", "b"]);
      expect(tab.link()).toEqual({ name: "open" });
    }
  });

  test("who comes late learns what was said before", async () => {
    const { its, tab } = await eight();
    its.last().say("id: 1\ndata: a\n\n");
    await settle();
    const late = tab();
    await settle();
    expect(late.said()).toEqual(["a"]);
    expect(its.opened).toHaveLength(1);
  });

  test("when the one that holds it closes, another goes on where it stopped", async () => {
    const { its, tabs } = await eight();
    its.last().say("id: 1\ndata: a\n\n");
    await settle();
    tabs[0]?.close();
    await settle();
    expect(its.open()).toHaveLength(1);
    expect(its.last().from).toBe("1");
    its.last().say("id: 2\ndata: b\n\n");
    await settle();
    for (const tab of tabs.slice(1)) expect(tab.said()).toEqual(["a", "b"]);
  });

  test("all but the last may close", async () => {
    const { its, tabs } = await eight();
    for (const tab of tabs.slice(0, 7)) {
      tab.close();
      await settle();
    }
    expect(its.open()).toHaveLength(1);
    tabs[7]?.close();
    await settle();
    expect(its.open()).toHaveLength(0);
  });

  test("one that its browser froze loses the stream to one that somebody looks at", async () => {
    const { its, tabs } = await eight();
    tabs.forEach((tab, i) => { tab.look(i === 3); });
    its.last().say("id: 1\ndata: a\n\n");
    await settle();
    tabs[0]?.freeze();
    const frozen = its.last();
    const alive = setInterval(() => { frozen.say(": alive\n\n"); }, 15_000);
    await vi.advanceTimersByTimeAsync(90_000);
    clearInterval(alive);
    expect(its.opened).toHaveLength(2);
    expect(its.open()).toHaveLength(1);
    expect(its.last().from).toBe("1");
    its.last().say("id: 2\ndata: b\n\n");
    await settle();
    expect(tabs[5]?.said()).toEqual(["a", "b"]);
  });

  test("what one tab did, the others know at once", async () => {
    const { tabs } = await eight();
    tabs[4]?.stream.tell({ type: "gone", data: "mine" });
    await settle();
    for (const tab of tabs) expect(tab.said()).toEqual(["mine"]);
  });

  test("a new tab, or one that asks, has a refused stream tried again", async () => {
    const { its, tab, tabs } = await eight();
    its.last().say('event: end\ndata: {"code":"blocked"}\n\n');
    await settle();
    expect(tabs[6]?.link()).toEqual({ name: "refused", code: "blocked" });
    tabs[6]?.stream.reopen();
    await settle();
    expect(tabs[6]?.link()).toEqual({ name: "open" });
    its.last().say('event: end\ndata: {"code":"blocked"}\n\n');
    await settle();
    expect(tab().link()).toEqual({ name: "opening" });
    await settle();
    expect(tabs[2]?.link()).toEqual({ name: "open" });
  });

  test("without locks each holds its own", async () => {
    const its = server();
    const { tab } = browser(its.source);
    Array.from({ length: 3 }, () => tab(false));
    await settle();
    expect(its.opened).toHaveLength(3);
  });
});

describe("the lobby", () => {
  const item = (id: string, minute: number) => ({ id, name: id, since: `2026-01-01T09:0${String(minute)}:00Z`, kind: "guest", organization: "", assurance: "unknown", reason: "lobby" });
  const sum = (...events: [string, unknown][]) => events.reduce((state, [type, data]) => addLobby(state, { type, data: JSON.stringify(data) }), noLobby);

  test("adds up to who waits, first come first", () => {
    const state = sum(
      ["lobby", { slug: "a", name: "Comité", seq: 1, items: [item("x", 2), { broken: true }] }],
      ["knock", { slug: "a", name: "Comité", item: item("y", 1) }],
      ["knock", { slug: "a", name: "Comité", item: { ...item("x", 2), note: "Bonjour" } }],
      ["knock", { slug: "b", name: "Autre", item: item("z", 1) }],
      ["gone", { slug: "b", id: "z", why: "left" }],
    );
    expect(state.rooms.a?.items.map(({ id, note }) => [id, note])).toEqual([["y", undefined], ["x", "Bonjour"]]);
    expect(state.rooms.b).toEqual({ name: "Autre", items: [] });
  });

  test("begins anew where the server cannot say what went", () => {
    const state = sum(["lobby", { slug: "a", items: [item("x", 2)] }], ["reset", {}], ["lobby", { slug: "b", items: [item("y", 1)] }]);
    expect(Object.keys(state.rooms)).toEqual(["b"]);
  });

  test("the same news twice is news twice; what is not understood is none", () => {
    const again = ["ticket", { id: "t", state: "again" }] as [string, unknown];
    expect(sum(again, again).ticket).toEqual({ id: "t", state: "again", reason: "", turn: 2 });
    expect(sum(["ticket", { id: "t", state: "moved" }], ["party", {}], ["lobby", "x"])).toEqual(noLobby);
    expect(addLobby(noLobby, { type: "ticket", data: "{" })).toBe(noLobby);
  });
});
